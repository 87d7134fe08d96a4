"""Publishing: one round trip an event, one wake-up job a transaction."""

from typing import Any

from django.db import connection, transaction
from procrastinate.contrib.django import app
from psycopg.types.json import Jsonb

from xiangyun.foundation.events import events
from xiangyun.foundation.events.errors import NotInTransaction
from xiangyun.kit.transactions import execute_soon

DELIVER_TASK = "events.deliver_due"

_INSERT_EVENT = "INSERT INTO events_outboxevent (name, payload, occurred_at) VALUES (%s, %s, %s)"
_INSERT_WITH_DELIVERIES = f"""
WITH fact AS ({_INSERT_EVENT} RETURNING id)
INSERT INTO events_delivery (event_id, receiver, state, attempts, last_error, next_attempt_at)
SELECT fact.id, receiver, 'pending', 0, '', %s FROM fact, unnest(%s::text[]) AS receiver
"""  # noqa: S608  both parts are constants


def publish(event: events.Event) -> None:
    """Write the fact and one pending delivery for each receiver inside the caller's transaction.

    Raises: NotInTransaction.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(event=event.event_name())
    name = event.event_name()
    values: list[Any] = [name, Jsonb(events.encode(event)), event.at]
    receivers = sorted(events.receivers_of(name))
    if receivers:
        execute_soon(_INSERT_WITH_DELIVERIES, [*values, event.at, receivers])
        _wake_worker()
    else:
        execute_soon(_INSERT_EVENT, values)


def _wake_worker() -> None:
    """Queue one job for the whole transaction: it delivers whatever is due, so a second one would find nothing.

    The mark is an on-commit callback because Django drops those of a rolled-back savepoint together with the job's row.
    """
    if not any(entry[1] is _woken for entry in connection.run_on_commit):
        app.configure_task(DELIVER_TASK).defer()
        transaction.on_commit(_woken)


def _woken() -> None:
    """Do nothing: being registered is the mark."""
