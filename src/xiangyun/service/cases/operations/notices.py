"""Words to the applicant after each act: one message, linked to the act it asks for."""

from datetime import datetime

from xiangyun.foundation.messaging import api as messaging
from xiangyun.foundation.organisations import api as organisations
from xiangyun.service.cases import events
from xiangyun.service.cases.models import Case, CaseAct
from xiangyun.service.certificates import api as certificates
from xiangyun.service.certificates.events import CertificateIssued

TEMPLATES: dict[type[events.CaseEvent], str] = {
    events.CaseSubmitted: "case_submitted",
    events.CaseReceived: "case_received",
    events.CaseAccepted: "case_accepted",
    events.SupplementRequested: "supplement_needed",
    events.CaseRefused: "case_refused",
    events.CaseDecided: "decision_made",
    events.CaseReturned: "case_returned",
}


def tell_applicant(event: events.CaseEvent, *, at: datetime) -> None:
    """Send the message that belongs to the event to the person who filed the case."""
    case = Case.objects.filter(pk=event.case_id).first()
    if case is None or event.applicant_user_id is None:
        return
    context = {
        "item": case.item_name,
        "number": case.query_code,
        "due_on": case.due_on or "当日",
        "until": case.supplement_until or "",
        "missing": _asked(case),
        "reason": _last_opinion(case),
        "department": organisations.get_department(id=case.department_id).name,
        "outcome": case.get_decision_display(),
    }
    link = f"/cases/{case.key}/supplement/" if isinstance(event, events.SupplementRequested) else f"/cases/{case.key}/"
    messaging.send_message(
        user_id=event.applicant_user_id, template=TEMPLATES[type(event)], context=context, link=link, at=at
    )


def tell_holder(event: CertificateIssued, *, at: datetime) -> None:
    """Tell the person who filed the case that its certificate is in the wallet."""
    case = Case.objects.filter(project_no=event.case_no).first() if event.case_no else None
    if case is None or case.applicant_user_id is None:
        return
    certificate = certificates.get_type(key=event.type_key).name
    messaging.send_message(
        user_id=case.applicant_user_id,
        template="certificate_issued",
        context={"certificate": certificate, "item": case.item_name},
        link="/wallet/",
        at=at,
    )


def _asked(case: Case) -> str:
    asked = [f"{m.name}（{m.wanted_again}）" for m in case.materials.all() if m.wanted_again]
    return "、".join([*asked, _last_opinion(case)]).strip("、") or "详见补正告知书"


def _last_opinion(case: Case) -> str:
    last = CaseAct.objects.filter(case=case, is_official=True).exclude(opinion="").order_by("-id").first()
    return last.opinion if last else "详见文书"
