"""Delivering: each receiver in a transaction of its own with the mark that it is done, so it acts exactly once."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import connection

from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.events import events
from xiangyun.foundation.events.errors import NotDead
from xiangyun.foundation.events.models import Delivery
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import NotFound
from xiangyun.kit.transactions import in_one_transaction

log = structlog.get_logger(__name__)

# the sweep runs every minute, so shorter steps would not be kept
BACK_OFF = [timedelta(minutes=m) for m in (1, 2, 5, 15, 60)]
MAX_ATTEMPTS = len(BACK_OFF) + 1
ERROR_LENGTH = 1000

# locks the delivery, marks it done and reads its event in one round trip; a failing receiver rolls the mark back
_TAKE = """
UPDATE events_delivery d SET state = 'done', attempts = d.attempts + 1, last_error = ''
FROM events_outboxevent e
WHERE e.id = d.event_id
  AND d.id = (SELECT id FROM events_delivery WHERE id = %s AND state = 'pending' FOR UPDATE SKIP LOCKED)
RETURNING d.receiver, e.name, e.payload::text
"""


def deliver_due(*, at: datetime, limit: int = 500, now: Callable[[], datetime] | None = None) -> int:
    """Try every delivery that is due, oldest first; return how many succeeded.

    `now`, where given, is asked before each delivery, so that a long round does not act on a stale time.
    A failing receiver delays nobody else: it is tried again later and given up after six attempts.
    """
    succeeded = 0
    for delivery_id in _list_due(at, limit):
        moment = now() if now else at
        try:
            succeeded += _deliver(delivery_id, moment)
        except Exception as error:
            _record_failure(delivery_id, error, moment)
    return succeeded


def run_pending(*, at: datetime) -> int:
    """Deliver all that is due, and what receivers publish meanwhile, in this thread; an error is raised, not kept.

    For tests, benchmarks and pack loading, where no worker runs and a failure must be seen at once.
    """
    done = 0
    while due := _list_due(at, 500):
        done += sum(_deliver(delivery_id, at) for delivery_id in due)
    return done


@in_one_transaction
def replay_delivery(*, actor: Actor, delivery_id: int, at: datetime) -> None:
    """Put a delivery that failed for good back into the queue with all its attempts; the caller checks the right.

    Raises: NotFound, NotDead.
    """
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("event").filter(id=delivery_id).first()
    if delivery is None:
        raise NotFound(delivery_id=delivery_id)
    if delivery.state != Delivery.State.DEAD:
        raise NotDead(delivery_id=delivery_id)
    delivery.state, delivery.attempts, delivery.next_attempt_at = Delivery.State.PENDING, 0, at
    delivery.save(update_fields=["state", "attempts", "next_attempt_at"])
    audit.record(
        actor=actor,
        action="events.replay_delivery",
        subject_type="events.delivery",
        subject_id=delivery.pk,
        label=delivery.receiver,
        details={"event": delivery.event.name, "event_id": delivery.event_id},
        at=at,
    )


def _list_due(at: datetime, limit: int) -> list[int]:
    due = Delivery.objects.filter(state=Delivery.State.PENDING, next_attempt_at__lte=at)
    return list(due.order_by("id").values_list("id", flat=True)[:limit])


@in_one_transaction
def _deliver(delivery_id: int, at: datetime) -> bool:
    """Run one receiver; False where another worker has it or it is done already."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [delivery_id])
        row = cursor.fetchone()
    if row is None:
        return False
    receiver, name, payload = row
    handler = events.receivers_of(name).get(receiver)
    if handler is None:
        raise LookupError(f"没有名为 {receiver} 的接收者")
    handler(events.decode(name, json.loads(payload)), at=at)
    return True


@in_one_transaction
def _record_failure(delivery_id: int, error: Exception, at: datetime) -> None:
    delivery = Delivery.objects.select_for_update().get(id=delivery_id)
    if delivery.state != Delivery.State.PENDING:
        return
    delivery.attempts += 1
    delivery.last_error = f"{type(error).__name__}: {error}"[:ERROR_LENGTH]
    if delivery.attempts >= MAX_ATTEMPTS:
        delivery.state = Delivery.State.DEAD
        log.error("delivery_dead", delivery=delivery.id, receiver=delivery.receiver, error=type(error).__name__)
    else:
        delivery.next_attempt_at = at + BACK_OFF[delivery.attempts - 1]
        log.warning("delivery_failed", delivery=delivery.id, receiver=delivery.receiver, error=type(error).__name__)
    delivery.save(update_fields=["attempts", "last_error", "state", "next_attempt_at"])
