"""Completing work items: one transaction, one compare-and-set."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils import timezone

from xiangyun.foundation.events import api as outbox
from xiangyun.foundation.workflow import permissions
from xiangyun.foundation.workflow.errors import UnknownOutcome, WorkItemClosed
from xiangyun.foundation.workflow.events import WorkItemCompleted
from xiangyun.foundation.workflow.models import WorkItem
from xiangyun.foundation.workflow.operations.activities import advance, complete_user_task
from xiangyun.foundation.workflow.operations.flush import flush, tell_ends
from xiangyun.foundation.workflow.operations.move import Move, Run, moving
from xiangyun.foundation.workflow.queries.processes import lock_open_work_item, lock_work_item, process_ref, read_token
from xiangyun.foundation.workflow.queries.refs import MoveResult
from xiangyun.foundation.workflow.queries.work_items import work_item_ref
from xiangyun.kit.actors import Actor
from xiangyun.kit.rows import update_row_if
from xiangyun.kit.transactions import in_one_transaction

_DONE_FIELDS = ("state", "closed_at", "closed_by", "closed_by_name", "outcome", "opinion")


@in_one_transaction
def complete_work_item(
    *,
    actor: Actor,
    work_item_id: int,
    outcome: str,
    variables: dict[str, Any] | None = None,
    opinion: str = "",
    subject: Any = None,
    at: datetime,
) -> MoveResult:
    """Do a work item with one of its outcomes and move the process on.

    `subject` is the locked row the process is about; service functions and listeners of the end work on it directly.

    A double click, or a second official, is refused: an act is somebody's act and carries a date.

    Raises: WorkItemNotFound, NotACandidate, UnknownOutcome, WorkItemClosed (a Conflict), ProcessStuck.
    """
    return _complete(lock_work_item(work_item_id=work_item_id), actor, outcome, variables, opinion, subject, at)


@in_one_transaction
def complete_open_work_item(
    *,
    actor: Actor,
    subject_type: str,
    subject_id: int,
    acts: Collection[str],
    outcome: str,
    variables: dict[str, Any] | None = None,
    opinion: str = "",
    subject: Any = None,
    at: datetime,
) -> MoveResult | None:
    """Do the oldest open work item of some acts about a subject, like `complete_work_item`; None where there is none.

    Raises: NotACandidate, UnknownOutcome, WorkItemClosed (a Conflict), ProcessStuck.
    """
    item = lock_open_work_item(subject_type=subject_type, subject_id=subject_id, acts=acts)
    return None if item is None else _complete(item, actor, outcome, variables, opinion, subject, at)


def _complete(
    item: WorkItem,
    actor: Actor,
    outcome: str,
    variables: dict[str, Any] | None,
    opinion: str,
    subject: Any,
    at: datetime,
) -> MoveResult:
    permissions.require_candidate(actor, item)
    with moving(item.root, actor, at, subject) as move:
        run = move.run_of(item.process)
        node = run.graph.nodes[item.node_id]
        if outcome not in dict(node.outcomes):
            offered = "、".join(f"{code}（{label}）" for code, label in node.outcomes)
            raise UnknownOutcome(f"环节“{item.name}”没有办理结果“{outcome}”，可选：{offered}。", outcome=outcome)
        _close(item, actor, outcome, opinion, at)
        # the count of instances done lives on the token: with several, it is read again under the lock
        token = item.token if node.loop is None else read_token(token_id=item.token_id)
        move.take_up(token, run)
        run.set_variables(variables or {})
        complete_user_task(move, token, item, outcome)
        advance(move)
        flush(move)
        _announce(item, at)
    tell_ends(move)
    return _result(move, run)


def _close(item: WorkItem, actor: Actor, outcome: str, opinion: str, at: datetime) -> None:
    """Set the item done if it is still open; the database decides who was first."""
    item.state, item.closed_at, item.closed_by_id = WorkItem.State.DONE, at, actor.user_id
    item.closed_by_name, item.outcome, item.opinion = _shown_name(item, actor), outcome, opinion
    if not update_row_if(item, _DONE_FIELDS, "state", WorkItem.State.OPEN.value):
        raise _explain(WorkItem.objects.get(pk=item.pk))


def _shown_name(item: WorkItem, actor: Actor) -> str:
    # officials sign with their name; who the applicant is belongs to the subject, not to the process
    is_applicant = permissions.APPLICANT in (item.role, item.other_role) and actor.user_id is not None
    return "申请人" if is_applicant and not actor.is_official else actor.name


def _explain(item: WorkItem) -> WorkItemClosed:
    if item.state == WorkItem.State.DONE and item.closed_at is not None:
        moment = timezone.localtime(item.closed_at)
        when = f"{moment.month}月{moment.day}日{moment:%H:%M}"
        return WorkItemClosed(
            f"该事项已由{item.closed_by_name}于{when}办理，无需重复办理。", work_item_id=item.pk, outcome=item.outcome
        )
    return WorkItemClosed("该事项已取消或流程已转到其他环节，不需要再办理。", work_item_id=item.pk)


def _announce(item: WorkItem, at: datetime) -> None:
    if outbox.receivers_of(WorkItemCompleted.event_name()):
        outbox.publish(
            WorkItemCompleted(
                work_item_id=item.pk,
                process_id=item.process_id,
                node_id=item.node_id,
                act=item.act,
                outcome=item.outcome,
                user_id=item.closed_by_id,
                subject_type=item.subject_type,
                subject_id=item.subject_id,
                at=at,
            )
        )


def _result(move: Move, run: Run) -> MoveResult:
    opened = tuple(work_item_ref(item, item.process.definition_id) for item in move.new_items)
    return MoveResult(process=process_ref(run.process), opened=opened)
