"""Facts of messaging."""

from dataclasses import dataclass

from xiangyun.foundation.events.events import Event


@dataclass(frozen=True, kw_only=True)
class DispatchQueued(Event):
    """A message is to leave the house by a channel."""

    dispatch_id: int
