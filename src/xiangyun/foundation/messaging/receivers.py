"""Queued dispatches are sent by the worker, with the outbox's back-off and dead letters."""

from datetime import datetime

from xiangyun.foundation.events import api as events
from xiangyun.foundation.messaging import operations
from xiangyun.foundation.messaging.events import DispatchQueued


def send_dispatch(event: DispatchQueued, *, at: datetime) -> None:
    """Send one message by one channel."""
    operations.dispatch_message(dispatch_id=event.dispatch_id, at=at)


events.subscribe(DispatchQueued, send_dispatch, key="messaging.send_dispatch")
