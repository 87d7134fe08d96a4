"""Receipt and acceptance at the window (行政许可法 32): receive, accept, ask once for supplement, refuse, not applicable."""

from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.utils import timezone

from xiangyun.foundation.calendars import api as calendars
from xiangyun.foundation.forms import api as forms
from xiangyun.kit.actors import SYSTEM, Actor
from xiangyun.kit.errors import DomainError
from xiangyun.kit.rows import update_row
from xiangyun.kit.transactions import in_one_transaction
from xiangyun.service.cases import events, permissions
from xiangyun.service.cases.errors import ReasonNeeded
from xiangyun.service.cases.models import Case
from xiangyun.service.cases.operations import acts, numbers, papers
from xiangyun.service.cases.operations.drafting import form_owner
from xiangyun.service.items import api as items

_log = structlog.get_logger(__name__)

SUPPLEMENT_DAYS = 30  # calendar days the applicant has; the process timer carries the same figure
ACCEPTANCE_DAYS = 5  # working days to give notice, else accepted as of receipt (行政许可法 32-1-4)
AT_THE_DOOR = (Case.Status.SUBMITTED, Case.Status.PRE_REVIEW, Case.Status.RECEIVED)


@in_one_transaction
def begin_pre_review(*, actor: Actor, case_key: str, at: datetime) -> Case:
    """Note that a clerk has opened the case for pre-review; opening it twice changes nothing."""
    case = acts.lock_case(key=case_key)
    permissions.require(actor, "cases.accept_case", case)
    if case.status == Case.Status.SUBMITTED:
        case.status = Case.Status.PRE_REVIEW
        update_row(case, ["status"])
        acts.record_act(case, actor=actor, act="begin_pre_review", from_status=Case.Status.SUBMITTED, at=at)
    return case


@in_one_transaction
def receive_case(*, actor: Actor, case_key: str, at: datetime) -> Case:
    """Receive the materials: the project number is fixed and the receipt printed (收件).

    Raises: NotAllowed, WrongStatus.
    """
    case = acts.lock_case(key=case_key)
    permissions.require(actor, "cases.accept_case", case)
    acts.require_status(case, Case.Status.SUBMITTED, Case.Status.PRE_REVIEW)
    receive(case, actor=actor, at=at)
    return case


@in_one_transaction
def accept_case(*, actor: Actor, case_key: str, opinion: str = "", at: datetime) -> Case:
    """Accept the case: 受理通知书, both clocks start; an unreceived case is received in the same act (收件即受理).

    Raises: NotAllowed, WrongStatus, Conflict.
    """
    case = acts.lock_case(key=case_key)
    permissions.require(actor, "cases.accept_case", case)
    acts.require_status(case, *AT_THE_DOOR)
    accept(case, actor=actor, opinion=opinion, at=at)
    acts.complete_step(case, actor=actor, act="accept", outcome="accept", opinion=opinion, at=at)
    return case


@in_one_transaction
def request_supplement(*, actor: Actor, case_key: str, wanted: dict[str, str], opinion: str = "", at: datetime) -> Case:
    """Tell the applicant once all that is missing or wrong; `wanted` maps material codes to what is asked.

    Raises: NotAllowed, WrongStatus, ReasonNeeded when nothing is named.
    """
    case = acts.lock_case(key=case_key)
    permissions.require(actor, "cases.supplement_case", case)
    acts.require_status(case, *AT_THE_DOOR)
    materials = [m for m in case.materials.all() if wanted.get(m.code, "").strip()]
    if not materials and not opinion.strip():
        raise ReasonNeeded("请选择需要补正的材料，或写明需要补正的内容，一次性告知申请人。")
    before = case.status
    if case.status != Case.Status.RECEIVED:
        receive(case, actor=actor, at=at)
    for material in materials:
        material.wanted_again = wanted[material.code].strip()[:300]
        material.save(update_fields=["wanted_again"])
    case.status, case.supplements = Case.Status.SUPPLEMENT_PENDING, case.supplements + 1
    case.supplement_until = timezone.localtime(at).date() + timedelta(days=SUPPLEMENT_DAYS)
    update_row(case, ["status", "supplements", "supplement_until"])
    forms.reopen_form(actor=form_owner(case, actor), form_id=case.form_id or 0, at=at)
    acts.complete_step(case, actor=actor, act="accept", outcome="supplement", opinion=opinion, at=at)
    asked = [{"name": m.name, "reason": m.wanted_again} for m in materials]
    papers.issue_paper(
        case, kind=papers.SUPPLEMENT, asked=asked, opinion=opinion, until=case.supplement_until.isoformat(), at=at
    )
    acts.record_act(
        case,
        actor=actor,
        act="request_supplement",
        from_status=before,
        opinion=opinion,
        facts={"asked": asked},
        at=at,
    )
    acts.announce(
        events.SupplementRequested, case, until=case.supplement_until.isoformat(), times=case.supplements, at=at
    )
    return case


@in_one_transaction
def refuse_case(*, actor: Actor, case_key: str, reason: str, competent_body: str = "", at: datetime) -> Case:
    """Refuse acceptance because another body is competent, and name it (不予受理).

    Raises: NotAllowed, WrongStatus, ReasonNeeded.
    """
    return _turn_away(
        actor=actor, case_key=case_key, reason=reason, outcome="refuse", status=Case.Status.REFUSED, kind=papers.REFUSAL,
        competent_body=competent_body, at=at,
    )  # fmt: skip


@in_one_transaction
def declare_not_applicable(*, actor: Actor, case_key: str, reason: str, at: datetime) -> Case:
    """Tell the applicant that no licence is needed (不受理).

    Raises: NotAllowed, WrongStatus, ReasonNeeded.
    """
    return _turn_away(
        actor=actor, case_key=case_key, reason=reason, outcome="not_applicable", status=Case.Status.NOT_APPLICABLE,
        kind=papers.NOT_APPLICABLE, at=at,
    )  # fmt: skip


def accept_unanswered_cases(*, at: datetime, limit: int = 200) -> int:
    """Accept, as of the day of receipt, every case that got no notice within five working days; return how many.

    Source: 行政许可法 32-1-4.
    """
    accepted = 0
    waiting = (
        Case.objects.filter(status__in=AT_THE_DOOR, supplements=0, submitted_at__isnull=False)
        .order_by("submitted_at")
        .values_list("key", "region_path", "submitted_at")
    )
    for key, region_path, submitted_at in waiting[:limit]:
        days = calendars.count_workdays(after=_day(submitted_at or at), until=_day(at), region_path=region_path)
        if days > ACCEPTANCE_DAYS:
            try:
                accepted += _accept_unanswered(str(key), at)
            except DomainError:  # one case that cannot be accepted must not keep the others waiting
                _log.exception("not accepted in silence", case=str(key))
    return accepted


@in_one_transaction
def _accept_unanswered(case_key: str, at: datetime) -> bool:
    case = acts.lock_case(key=case_key)
    if case.status not in AT_THE_DOOR:
        return False
    accept(case, actor=SYSTEM, opinion="逾期未告知，自收到申请材料之日起即为受理", at=at, as_of=case.submitted_at)
    acts.complete_step(case, actor=SYSTEM, act="accept", outcome="accept", opinion="逾期视为受理", at=at)
    return True


def receive(case: Case, *, actor: Actor, at: datetime) -> None:
    """Give the project number and the receipt."""
    before = case.status
    item = items.get_handling_item(id=case.handling_item_id)
    case.status, case.received_at = Case.Status.RECEIVED, at
    case.project_no = case.project_no or numbers.project_no(item.task_code, at)
    update_row(case, ["status", "received_at", "project_no"])
    papers.issue_paper(case, kind=papers.RECEIPT, at=at)
    acts.record_act(case, actor=actor, act="receive_case", from_status=before, at=at)
    acts.announce(events.CaseReceived, case, at=at)


def accept(case: Case, *, actor: Actor, opinion: str, at: datetime, as_of: datetime | None = None) -> None:
    """Start both clocks and issue 受理通知书; `as_of` sets an earlier legal day of acceptance."""
    if case.status != Case.Status.RECEIVED:
        receive(case, actor=actor, at=at)
    item = items.get_handling_item(id=case.handling_item_id)
    start = as_of or at
    case.status, case.accepted_at, case.accepted_by_id = Case.Status.IN_REVIEW, start, actor.user_id
    limits = {"promise": (item.promise_limit, item.promise_unit), "legal": (item.legal_limit, item.legal_unit)}
    for kind, (limit, unit) in limits.items():
        if limit:
            clock = calendars.start_clock(
                kind=kind, unit=unit, limit=limit, subject_type=acts.SUBJECT, subject_id=case.pk, region_path=case.region_path,
                at=start, actor=actor, basis=item.legal_text if kind == "legal" else "承诺办结时限",
            )  # fmt: skip
            if kind == "promise":
                case.due_on = clock.due_on
    update_row(case, ["status", "accepted_at", "accepted_by", "due_on"])
    due_on = case.due_on.isoformat() if case.due_on else ""
    papers.issue_paper(case, kind=papers.ACCEPTANCE, due_on=due_on, is_automatic=as_of is not None, at=at)
    acts.record_act(case, actor=actor, act="accept_case", from_status=Case.Status.RECEIVED, opinion=opinion, at=at)
    acts.announce(events.CaseAccepted, case, at=at)


def _turn_away(
    *,
    actor: Actor,
    case_key: str,
    reason: str,
    outcome: str,
    status: str,
    kind: str,
    at: datetime,
    **more: Any,
) -> Case:
    case = acts.lock_case(key=case_key)
    permissions.require(actor, "cases.refuse_case", case)
    acts.require_status(case, *AT_THE_DOOR)
    if not reason.strip():
        raise ReasonNeeded
    before = case.status
    case.status, case.result_type, case.completed_at = status, Case.ResultType.OTHER, at
    update_row(case, ["status", "result_type", "completed_at"])
    acts.complete_step(case, actor=actor, act="accept", outcome=outcome, opinion=reason, at=at)
    papers.issue_paper(case, kind=kind, reason=reason, at=at, **more)
    acts.record_act(case, actor=actor, act=f"{outcome}_case", from_status=before, opinion=reason, at=at)
    acts.announce(events.CaseRefused, case, at=at)
    return case


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()
