"""Withdrawal of a case by the person who filed it (行政许可法 practice: before the decision)."""

from datetime import datetime

from xiangyun.foundation.calendars import api as calendars
from xiangyun.foundation.workflow import api as workflow
from xiangyun.kit.actors import Actor
from xiangyun.kit.rows import update_row
from xiangyun.kit.transactions import in_one_transaction
from xiangyun.service.cases import events, permissions
from xiangyun.service.cases.errors import AlreadyDecided, ReasonNeeded
from xiangyun.service.cases.models import Case
from xiangyun.service.cases.operations import acts

UNDECIDED = (
    Case.Status.SUBMITTED,
    Case.Status.PRE_REVIEW,
    Case.Status.RECEIVED,
    Case.Status.SUPPLEMENT_PENDING,
    Case.Status.IN_REVIEW,
    Case.Status.SPECIAL_PROCEDURE,
)


@in_one_transaction
def withdraw_case(*, actor: Actor, case_key: str, reason: str, at: datetime) -> Case:
    """Withdraw a filed case and stop its process.

    A second call is refused, not ignored: the notice carries a legal date.

    Raises: CaseNotFound, AlreadyDecided, WrongStatus.
    """
    case = acts.lock_case(key=case_key)
    permissions.require_applicant(actor, case)
    if case.decided_at is not None:
        raise AlreadyDecided
    acts.require_status(case, *UNDECIDED)
    return end_case(
        case,
        actor=actor,
        act="withdraw_case",
        status=Case.Status.WITHDRAWN,
        result=Case.ResultType.OTHER,
        reason=reason,
        kind=events.CaseWithdrawn,
        at=at,
    )


@in_one_transaction
def void_case(*, actor: Actor, case_key: str, reason: str, at: datetime) -> Case:
    """Void a case entered by mistake; nothing is deleted after receipt, so the file stays with the reason.

    Raises: NotAllowed, AlreadyDecided, WrongStatus, ReasonNeeded.
    """
    case = acts.lock_case(key=case_key)
    permissions.require(actor, "cases.void_case", case)
    if not reason.strip():
        raise ReasonNeeded("作废办件必须说明原因。")
    if case.decided_at is not None:
        raise AlreadyDecided("该办件已作出决定，不能作废。")
    acts.require_status(case, *UNDECIDED)
    return end_case(
        case,
        actor=actor,
        act="void_case",
        status=Case.Status.VOIDED,
        result=Case.ResultType.VOIDED,
        reason=reason,
        kind=None,
        at=at,
    )


def end_case(
    case: Case,
    *,
    actor: Actor,
    act: str,
    status: str,
    result: str,
    reason: str,
    kind: type[events.CaseEvent] | None,
    at: datetime,
) -> Case:
    """Close the case without a decision: process cancelled, clocks stopped, act recorded."""
    before = case.status
    case.status, case.result_type, case.completed_at, case.due_on = status, result, at, None
    update_row(case, ["status", "result_type", "completed_at", "due_on"])
    if case.process_id is not None and workflow.get_process(process_id=case.process_id).is_running:
        workflow.cancel_process(process_id=case.process_id, reason=reason or acts.name_of(act), actor=actor, at=at)
    calendars.stop_clocks(subject_type=acts.SUBJECT, subject_id=case.pk, actor=actor, at=at)
    acts.record_act(case, actor=actor, act=act, from_status=before, opinion=reason, at=at)
    if kind is not None:
        acts.announce(kind, case, at=at)
    return case
