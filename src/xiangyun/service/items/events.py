"""Facts of the item library."""

from dataclasses import dataclass

from xiangyun.foundation.events.events import Event


@dataclass(frozen=True, kw_only=True)
class GuidePublished(Event):
    """A new version of a guide is in force at `bodies` bodies."""

    guide_id: int
    catalog_code: str
    version: int
    bodies: int


@dataclass(frozen=True, kw_only=True)
class ItemPublished(Event):
    """A body's implementation was published."""

    implementation_id: int
    task_code: str
    version: int


@dataclass(frozen=True, kw_only=True)
class ItemSuspended(Event):
    """A body's implementation was suspended: no new case can be opened."""

    implementation_id: int
    task_code: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ItemCancelled(Event):
    """A body's implementation was cancelled for good."""

    implementation_id: int
    task_code: str
    reason: str
