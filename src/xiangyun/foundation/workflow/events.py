"""Facts the engine announces. All ids are this app's; the subject is the caller's type and number."""

from dataclasses import dataclass

from xiangyun.foundation.events.api import Event


@dataclass(frozen=True, kw_only=True)
class ProcessStarted(Event):
    """A process began (the topmost one; called processes are part of it)."""

    process_id: int
    key: str
    version: int
    subject_type: str
    subject_id: int


@dataclass(frozen=True, kw_only=True)
class WorkItemOpened(Event):
    """A step waits for a person. Written only where somebody listens: the row itself is the record."""

    work_item_id: int
    process_id: int
    node_id: str
    name: str
    act: str
    role: str
    subject_type: str
    subject_id: int
    region_path: str
    department_path: str


@dataclass(frozen=True, kw_only=True)
class WorkItemCompleted(Event):
    """A person did a step. Written only where somebody listens: the row itself is the record."""

    work_item_id: int
    process_id: int
    node_id: str
    act: str
    outcome: str
    user_id: int | None
    subject_type: str
    subject_id: int


@dataclass(frozen=True, kw_only=True)
class ProcessEnded(Event):
    """A process reached an end; `is_error` when it was an error end that nothing caught."""

    process_id: int
    key: str
    end_node_id: str
    end_name: str
    is_error: bool
    subject_type: str
    subject_id: int


@dataclass(frozen=True, kw_only=True)
class ProcessCancelled(Event):
    """A process was stopped from outside before its end."""

    process_id: int
    key: str
    reason: str
    subject_type: str
    subject_id: int


@dataclass(frozen=True, kw_only=True)
class ServiceTaskReached(Event):
    """A token stands at a service task whose handler runs after the commit, retried by the outbox."""

    root_id: int
    token_id: int
    node_id: str
    visit: int
