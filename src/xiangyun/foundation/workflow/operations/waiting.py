"""What fires without a person: timers that are due, service tasks after the commit."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from psycopg.errors import LockNotAvailable

from xiangyun.foundation.workflow.adapters.graph import BOUNDARIES
from xiangyun.foundation.workflow.events import ServiceTaskReached
from xiangyun.foundation.workflow.models import Process, Timer, Token
from xiangyun.foundation.workflow.operations.activities import advance, complete_service, fire, pass_event
from xiangyun.foundation.workflow.operations.flush import flush, tell_ends
from xiangyun.foundation.workflow.operations.move import moving
from xiangyun.foundation.workflow.operations.routing import interrupt
from xiangyun.foundation.workflow.queries.processes import (
    list_due_timer_ids,
    lock_process,
    lock_timer,
    read_process,
    read_token,
)
from xiangyun.kit.actors import SYSTEM
from xiangyun.kit.transactions import in_one_transaction

log = structlog.get_logger(__name__)

FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=6)


def run_due_timers(*, at: datetime, limit: int = 200) -> int:
    """Fire the timers that are due, each in a transaction of its own; return how many fired.

    Any number of workers may call it at once: a family that another one moves now is left for the next round, and so
    is one whose listener finds its subject held by an act (which waits for the family: the timer yields). A timer
    whose process cannot move is tried again with growing pauses and never delays the others.
    """
    fired = 0
    for timer_id in list_due_timer_ids(at=at, limit=limit):
        try:
            fired += _fire(timer_id, at)
        except Exception as error:
            if isinstance(error.__cause__, LockNotAvailable):
                continue
            _postpone(timer_id, error, at)
    return fired


@in_one_transaction
def run_service_task(event: ServiceTaskReached, *, at: datetime) -> None:
    """Run the function of a service task at which a token stands since its move was committed.

    Retries, back-off and dead letters are the outbox's. A stay that is over (cancelled, or done by an earlier
    delivery) is passed by.
    """
    root = lock_process(process_id=event.root_id)
    token = read_token(token_id=event.token_id)
    if token.state != Token.State.LIVE or (token.node_id, token.visit) != (event.node_id, event.visit):
        return
    with moving(root, SYSTEM, at) as move:
        run = move.run_by_id(token.process_id)
        move.take_up(token, run)
        complete_service(move, token, run.node_of(token))
        advance(move)
        flush(move)
    tell_ends(move)


@in_one_transaction
def _fire(timer_id: int, at: datetime) -> bool:
    timer = lock_timer(timer_id=timer_id, at=at)
    if timer is None:
        return False
    pending = Timer.objects.filter(pk=timer_id, state=Timer.State.PENDING)
    if not pending.update(state=Timer.State.FIRED, fired_at=at):
        return False
    token = read_token(token_id=timer.token_id)
    root = timer.root
    with moving(root, SYSTEM, at) as move:
        run = move.run_of(root if token.process_id == root.pk else read_process(process_id=token.process_id))
        if token.state != Token.State.LIVE or run.process.state != Process.State.RUNNING:
            return False
        move.take_up(token, run)
        node = run.graph.nodes[timer.node_id]
        if node.kind not in BOUNDARIES:
            pass_event(move, token, node)
        elif node.is_interrupting:
            interrupt(move, token, node)
        else:
            fire(move, token, node)
        advance(move)
        flush(move)
    tell_ends(move)
    return True


def _postpone(timer_id: int, error: Exception, at: datetime) -> None:
    log.exception("timer_failed", timer=timer_id, error=type(error).__name__)
    with transaction.atomic():
        timer = Timer.objects.select_for_update().get(pk=timer_id)
        timer.attempts += 1
        timer.last_error = f"{type(error).__name__}: {error}"[:1000]
        timer.try_at = at + min(FIRST_DELAY * 2 ** min(timer.attempts - 1, 12), LONGEST_DELAY)
        timer.save(update_fields=["attempts", "last_error", "try_at"])
