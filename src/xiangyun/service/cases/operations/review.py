"""Back-office steps: examine, special procedure, check, decide (行政许可法 34–38, 45)."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO

from xiangyun.foundation.calendars import api as calendars
from xiangyun.foundation.files import api as files
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import ValidationError
from xiangyun.kit.rows import update_row
from xiangyun.kit.transactions import in_one_transaction
from xiangyun.service.cases import events, permissions
from xiangyun.service.cases.errors import ReasonNeeded, SameOfficial, WrongStatus
from xiangyun.service.cases.models import Case
from xiangyun.service.cases.operations import acts, papers
from xiangyun.service.cases.operations.acceptance import AT_THE_DOOR, accept
from xiangyun.service.items import api as items

SPECIAL_BASIS = "行政许可法第四十五条"
MAX_PHOTOS = 9


@in_one_transaction
def review_case(*, actor: Actor, case_key: str, opinion: str, at: datetime) -> Case:
    """Examine the case and pass it on (承办审查).

    Raises: NotAllowed, WrongStatus, Conflict.
    """
    return _pass_on(
        actor=actor,
        case_key=case_key,
        right="cases.review_case",
        act="review",
        outcome="pass",
        opinion=opinion,
        at=at,
    )


@in_one_transaction
def check_case(*, actor: Actor, case_key: str, opinion: str, at: datetime, send_back: bool = False) -> Case:
    """Check the examiner's finding and pass it on, or send it back with a reason (审核).

    Raises: NotAllowed, WrongStatus, Conflict, ReasonNeeded.
    """
    if send_back and not opinion.strip():
        raise ReasonNeeded("退回须写明原因，便于承办人改正。")
    outcome, name = ("back", "审核退回") if send_back else ("pass", "审核通过")
    return _pass_on(
        actor=actor,
        case_key=case_key,
        right="cases.check_case",
        act="check",
        name=name,
        outcome=outcome,
        opinion=opinion,
        at=at,
    )


@in_one_transaction
def start_special_procedure(*, actor: Actor, case_key: str, kind: str, days: int, reason: str, at: datetime) -> Case:
    """Begin a special procedure such as an on-site check: both clocks pause and the applicant is told how long (special_type 2).

    Raises: NotAllowed, WrongStatus, ReasonNeeded.
    """
    case = acts.lock_case(key=case_key)
    permissions.require(actor, "cases.review_case", case)
    acts.require_status(case, Case.Status.IN_REVIEW)
    item = items.get_handling_item(id=case.handling_item_id)
    if kind not in item.special_procedures:
        raise WrongStatus(f"该事项没有“{kind}”特别程序，请核对办事指南。", allowed=list(item.special_procedures))
    if not reason.strip():
        raise ReasonNeeded("启动特别程序须说明理由。")
    case.status = Case.Status.SPECIAL_PROCEDURE
    acts.complete_step(case, actor=actor, act="review", outcome="special", opinion=reason, at=at)
    document = papers.issue_paper(
        case, kind=papers.SPECIAL, procedure=kind, days=days, reason=reason, basis=SPECIAL_BASIS, at=at
    )
    for clock in calendars.list_clocks(subject_type=acts.SUBJECT, subject_id=case.pk):
        calendars.pause_clock(
            clock_id=clock.id, reason=kind, basis=SPECIAL_BASIS, document_no=document.number, actor=actor, at=at
        )
    case.due_on = None
    update_row(case, ["status", "due_on"])
    acts.record_act(
        case, actor=actor, act="start_special_procedure", name=f"启动特别程序：{kind}", from_status=Case.Status.IN_REVIEW, opinion=reason,
        facts={"kind": kind, "days": days, "document": document.number}, at=at,
    )  # fmt: skip
    acts.announce(events.SpecialProcedureStarted, case, at=at)
    return case


@in_one_transaction
def inspect_case(
    *, actor: Actor, case_key: str, finding: str, photos: Sequence[tuple[str, IO[bytes]]] = (), at: datetime
) -> Case:
    """Report the finding of the special procedure with the photos taken, by name; the clocks run on (现场核查).

    Raises: NotAllowed, WrongStatus, Conflict, ReasonNeeded, ValidationError, and what `files.store_file` raises.
    """
    case = acts.lock_case(key=case_key)
    permissions.require(actor, "cases.inspect_case", case)
    acts.require_status(case, Case.Status.SPECIAL_PROCEDURE)
    if not finding.strip():
        raise ReasonNeeded("请填写核查结论。")
    if len(photos) > MAX_PHOTOS:
        raise ValidationError(f"现场照片最多{MAX_PHOTOS}张，现有{len(photos)}张。")
    taken = [
        files.store_file(actor=actor, stream=stream, name=name, purpose="cases.photo", at=at, kinds=("jpg", "png"))
        for name, stream in photos
    ]
    acts.complete_step(case, actor=actor, act="special", outcome="pass", opinion=finding, at=at)
    case.status = Case.Status.IN_REVIEW
    for clock in calendars.list_clocks(subject_type=acts.SUBJECT, subject_id=case.pk):
        resumed = calendars.resume_clock(clock_id=clock.id, actor=actor, at=at)
        if resumed.kind == "promise":
            case.due_on = resumed.due_on
    update_row(case, ["status", "due_on"])
    acts.record_act(
        case,
        actor=actor,
        act="inspect_case",
        from_status=Case.Status.SPECIAL_PROCEDURE,
        opinion=finding,
        facts={"photos": [{"id": str(photo.id), "name": photo.name} for photo in taken]} if taken else None,
        at=at,
    )
    return case


@in_one_transaction
def decide_case(*, actor: Actor, case_key: str, approve: bool, reason: str, at: datetime) -> Case:
    """Grant or deny; a denial needs its reasons, and the clerk who accepted may not decide.

    Granting runs on to the certificate in the same transaction: either both are there or neither.

    Raises: NotAllowed, WrongStatus, Conflict, ReasonNeeded, SameOfficial.
    """
    case = acts.lock_case(key=case_key)
    permissions.require(actor, "cases.decide_case", case)
    acts.require_status(case, Case.Status.IN_REVIEW)
    if case.accepted_by_id == actor.user_id:
        raise SameOfficial
    _decide(case, actor=actor, approve=approve, reason=reason, at=at)
    acts.complete_step(case, actor=actor, act="decide", outcome="approve" if approve else "deny", opinion=reason, at=at)
    return case


@in_one_transaction
def send_back_case(*, actor: Actor, case_key: str, reason: str, at: datetime) -> Case:
    """Send a case from decision back to examination with a reason (退回审查).

    Raises: NotAllowed, WrongStatus, Conflict, ReasonNeeded.
    """
    if not reason.strip():
        raise ReasonNeeded("退回须写明原因，便于承办人改正。")
    return _pass_on(
        actor=actor,
        case_key=case_key,
        right="cases.decide_case",
        act="decide",
        name="退回审查",
        outcome="back",
        opinion=reason,
        at=at,
    )


@in_one_transaction
def decide_at_once(*, actor: Actor, case_key: str, opinion: str = "", at: datetime) -> Case:
    """Accept, grant and close an instant item in one act (即办件); the delegate decides by delegation (首席事务代表).

    Raises: NotAllowed, WrongStatus, Conflict.
    """
    case = acts.lock_case(key=case_key)
    permissions.require(actor, "cases.decide_at_once", case)
    acts.require_status(case, *AT_THE_DOOR)
    accept(case, actor=actor, opinion=opinion, at=at)
    _decide(case, actor=actor, approve=True, reason=opinion, at=at)
    acts.complete_step(case, actor=actor, act="accept_decide", outcome="approve", opinion=opinion, at=at)
    return case


def _decide(case: Case, *, actor: Actor, approve: bool, reason: str, at: datetime) -> None:
    if not approve and not reason.strip():
        raise ReasonNeeded
    case.decided_at, case.decision = at, Case.Decision.APPROVED if approve else Case.Decision.DENIED
    case.status = Case.Status.CERTIFYING if approve else Case.Status.DELIVERING
    case.result_type = Case.ResultType.ISSUED if approve else Case.ResultType.NOT_PERMITTED
    update_row(case, ["decided_at", "decision", "status", "result_type"])
    calendars.stop_clocks(subject_type=acts.SUBJECT, subject_id=case.pk, actor=actor, at=at)
    papers.issue_decision(case, reason=reason, at=at)
    acts.record_act(
        case,
        actor=actor,
        act="decide_case",
        name="准予" if approve else "不予",
        from_status=Case.Status.IN_REVIEW,
        opinion=reason,
        at=at,
    )
    acts.announce(events.CaseDecided, case, decision=str(case.decision), at=at)


def _pass_on(
    *, actor: Actor, case_key: str, right: str, act: str, outcome: str, opinion: str, at: datetime, name: str = ""
) -> Case:
    case = acts.lock_case(key=case_key)
    permissions.require(actor, right, case)
    acts.require_status(case, Case.Status.IN_REVIEW)
    acts.complete_step(case, actor=actor, act=act, outcome=outcome, opinion=opinion, at=at)
    acts.record_act(
        case, actor=actor, act=f"{act}_case", name=name, from_status=Case.Status.IN_REVIEW, opinion=opinion, at=at
    )
    return case
