"""From the decision to the closed file: certificate, delivery, completion, archive (行政许可法 39, 44; DA/T 85)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from xiangyun.foundation.forms import api as forms
from xiangyun.foundation.workflow import api as workflow
from xiangyun.kit.actors import SYSTEM, Actor
from xiangyun.kit.rows import update_row
from xiangyun.kit.transactions import in_one_transaction
from xiangyun.service.cases import events, permissions
from xiangyun.service.cases.models import Case
from xiangyun.service.cases.operations import acts, papers
from xiangyun.service.cases.operations.withdrawal import end_case
from xiangyun.service.cases.queries.presence import note_presence
from xiangyun.service.certificates import api as certificates
from xiangyun.service.items import api as items

ARCHIVE_AFTER = timedelta(days=30)  # the review invitation has ended by then


def issue_result(call: workflow.ServiceCall) -> dict[str, Any]:
    """Issue the certificate the item promises, if any; the process calls this after a grant (handler `cases.issue_result`)."""
    case = _case_of(call)
    item = items.get_handling_item(id=case.handling_item_id)
    if item.certificate_type_key:
        certificate = _issue_certificate(case, item, at=call.at)
        case.certificate_key = certificate.identifier
        acts.record_act(
            case,
            actor=SYSTEM,
            act="issue_certificate",
            name=f"制发{certificate.type_name}",
            from_status=case.status,
            at=call.at,
        )
    case.status = Case.Status.DELIVERING
    update_row(case, ["status", "certificate_key"])
    return {"certificate": case.certificate_key}


@in_one_transaction
def deliver_case(
    *, actor: Actor, case_key: str, method: str, receiver: str = "", title: str = "", at: datetime
) -> Case:
    """Hand the result over with 送达回证 and close the case (送达、办结).

    `receiver` is who fetches it at the window, `title` what they are to the applicant.

    Raises: NotAllowed, WrongStatus, Conflict, ValidationError.
    """
    case = acts.lock_case(key=case_key)
    permissions.require(actor, "cases.deliver_case", case)
    acts.require_status(case, Case.Status.DELIVERING)
    presence = note_presence(case, name=receiver, title=title) if method == papers.AT_WINDOW else None
    papers.issue_delivery_receipt(case, actor=actor, method=method, presence=presence, at=at)
    acts.record_act(
        case,
        actor=actor,
        act="deliver_case",
        name=f"送达：{method}",
        from_status=case.status,
        facts={"method": method, **(presence.as_facts() if presence else {})},
        at=at,
    )
    acts.complete_step(case, actor=actor, act="deliver", outcome="done", opinion=method, at=at)
    return case


def follow_process_end(end: workflow.ProcessEnd) -> None:
    """Bring the case to the state its process ended in; the process calls this inside its last move."""
    case = _case_of(end)
    if end.end_node_id == "end_returned":
        _return_case(case, at=end.at)
    elif end.end_node_id in ("end_completed", "end_denied"):
        complete(case, at=end.at)


def complete(case: Case, *, at: datetime) -> None:
    """Close the case; everyone above learns of it by the event."""
    before = case.status
    case.status, case.completed_at = Case.Status.COMPLETED, at
    update_row(case, ["status", "completed_at"])
    papers.issue_paper(
        case, kind=papers.COMPLETION, decision=case.get_decision_display(), certificate=case.certificate_key, at=at
    )
    acts.record_act(case, actor=SYSTEM, act="complete_case", from_status=before, at=at)
    acts.announce(events.CaseCompleted, case, at=at)


def move_due_day(*, case_id: int, due_on: date) -> None:
    """Follow the promise clock of a case that is not decided."""
    Case.objects.filter(pk=case_id, decided_at__isnull=True, due_on__isnull=False).update(due_on=due_on)


def archive_completed_cases(*, at: datetime, limit: int = 500) -> int:
    """Archive cases that ended long enough ago; return how many."""
    ended = [
        Case.Status.COMPLETED,
        Case.Status.REFUSED,
        Case.Status.NOT_APPLICABLE,
        Case.Status.RETURNED,
        Case.Status.WITHDRAWN,
        Case.Status.VOIDED,
    ]
    keys = Case.objects.filter(status__in=ended, completed_at__lt=at - ARCHIVE_AFTER).values_list("key", flat=True)[
        :limit
    ]
    archived = 0
    for key in list(keys):
        with transaction.atomic():
            case = acts.lock_case(key=str(key))
            if case.status in ended:  # another worker may have been first
                before, case.status = case.status, Case.Status.ARCHIVED
                update_row(case, ["status"])
                acts.record_act(case, actor=SYSTEM, act="archive_case", from_status=before, at=at)
                archived += 1
    return archived


def _case_of(moved: workflow.ServiceCall | workflow.ProcessEnd) -> Case:
    """Return the locked case: the caller's, or read where a timer moved the process.

    Acts lock the case and then its process, a timer comes the other way: it must not wait.
    """
    return moved.subject or Case.objects.select_for_update(nowait=True).get(pk=moved.subject_id)


def _return_case(case: Case, *, at: datetime) -> None:
    end_case(
        case, actor=SYSTEM, act="return_case", status=Case.Status.RETURNED, result=Case.ResultType.SUPPLEMENT_MISSED,
        reason="申请人在期限内未补正材料", kind=events.CaseReturned, at=at,
    )  # fmt: skip


def _issue_certificate(case: Case, item: items.HandlingItemRef, *, at: datetime) -> certificates.CertificateRef:
    answers = forms.get_answers(form_id=case.form_id or 0)
    firm_id = case.applicant_firm_id
    user_id = None if firm_id else case.applicant_user_id
    previous = (
        certificates.find_previous(type_key=item.certificate_type_key, firm_id=firm_id, user_id=user_id, at=at)
        if item.replaces_certificate
        else None
    )
    kept = previous if not item.starts_new_term else None
    return certificates.issue_certificate(
        actor=SYSTEM,  # the decision is the authority; the decider needs no right of their own to issue
        type_key=item.certificate_type_key,
        department_id=case.department_id,
        holder_kind="firm" if firm_id else "person",
        holder_user_id=user_id,
        holder_firm_id=firm_id,
        # a firm that registers another name gets its licence in the new one
        holder_name=str((firm_id and answers.get("org_name")) or case.applicant_name),
        holder_code=case.applicant_code,
        face=answers,
        replaces_id=previous.id if previous else None,
        valid_from=kept.valid_from if kept else None,
        valid_to=kept.valid_to if kept else certificates.BY_TYPE,
        issued_on=timezone.localtime(at).date(),
        related_item_code=item.code,
        related_item_name=case.item_name,
        case_no=case.project_no or "",
        at=at,
    )
