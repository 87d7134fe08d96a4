"""Reads of the outbox for operators."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from xiangyun.foundation.events.models import Delivery


@dataclass(frozen=True, kw_only=True)
class DeadDelivery:
    """A delivery that failed for good: what, for whom, how often and why."""

    id: int
    event_id: int
    event_name: str
    receiver: str
    attempts: int
    last_error: str
    occurred_at: datetime


def list_dead_deliveries(*, text: str = "", after: int = 0, limit: int = 50) -> list[DeadDelivery]:
    """List what failed for good, oldest first, from the id after `after`; `text` is in the event, receiver or error."""
    rows = _dead(text).filter(id__gt=after).select_related("event").order_by("id")[:limit]
    return [
        DeadDelivery(
            id=row.id,
            event_id=row.event_id,
            event_name=row.event.name,
            receiver=row.receiver,
            attempts=row.attempts,
            last_error=row.last_error,
            occurred_at=row.event.occurred_at,
        )
        for row in rows
    ]


def count_pending(*, at: datetime) -> int:
    """Count deliveries that are due and not done: the depth of the queue."""
    return Delivery.objects.filter(state=Delivery.State.PENDING, next_attempt_at__lte=at).count()


def count_dead(*, text: str = "") -> int:
    """Count deliveries that failed for good, all or those with `text` in them."""
    return _dead(text).count()


def _dead(text: str) -> QuerySet[Delivery]:
    dead = Delivery.objects.filter(state=Delivery.State.DEAD)
    if text:
        found = Q(event__name__icontains=text) | Q(receiver__icontains=text) | Q(last_error__icontains=text)
        dead = dead.filter(found)
    return dead
