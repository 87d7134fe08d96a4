"""Papers of a case: numbered in the act's own transaction, rendered and sealed right after it."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from xiangyun.foundation.documents import api as documents
from xiangyun.foundation.events import api as outbox
from xiangyun.foundation.organisations import api as organisations
from xiangyun.kit.actors import Actor
from xiangyun.kit.transactions import in_one_transaction
from xiangyun.service.cases import events
from xiangyun.service.cases.models import Case
from xiangyun.service.cases.operations import acts
from xiangyun.service.cases.queries.papers import ELECTRONIC, REVIEW_SHEET
from xiangyun.service.cases.queries.presence import Presence
from xiangyun.service.certificates import api as certificates
from xiangyun.service.items import api as items
from xiangyun.service.seals import api as seals

LICENCE = "01"  # 行政许可 among the item types (GB/T 39046 A.1)
GRANT, REJECTION = "grant", "rejection"  # decisions on what is no licence
RECEIPT, ACCEPTANCE, SUPPLEMENT, REFUSAL, NOT_APPLICABLE = (
    "receipt",
    "acceptance",
    "supplement",
    "refusal",
    "not_applicable",
)
SPECIAL, APPROVAL, DENIAL, COMPLETION = "special_procedure", "approval", "denial", "completion"
DELIVERY_RECEIPT = "delivery_receipt"
AT_WINDOW, BY_POST = "窗口领取", "邮寄送达"
DELIVERY_METHODS = (ELECTRONIC, AT_WINDOW, BY_POST)
# the acts whose opinions make up 审查意见表, and whose opinion each is
_REVIEWED = {
    "review_case": "审查",
    "start_special_procedure": "审查",
    "inspect_case": "现场核查",
    "check_case": "审核",
    "decide_case": "审批",
}
_WITHOUT_CONCLUSION = ("review_case", "inspect_case")


def issue_paper(case: Case, *, kind: str, at: datetime, **more: Any) -> documents.DocumentRef:
    """Write a paper about the case, numbered and to be sealed as its kind asks."""
    department = organisations.get_department(id=case.department_id)
    item = items.get_handling_item(id=case.handling_item_id)
    data = {
        "department_name": department.name,
        "applicant_name": case.applicant_name,
        "item_name": case.item_name,
        "project_no": case.project_no or "",
        "query_code": case.query_code or "",
        "date": at.isoformat(),
        "legal_basis": item.legal_basis,
        "promise_limit": item.promise_text,
        "legal_limit": item.legal_text,
        "remedy": item.remedy,
        "is_licence": item.content.item_type == LICENCE,
        "applicant_kind": "organisation" if case.applicant_firm_id else "person",
        "received_on": _day(case.submitted_at or at),
        **({"accepted_on": _day(case.accepted_at)} if case.accepted_at else {}),
        **({"materials": list(case.materials.values_list("name", flat=True))} if kind == RECEIPT else {}),
        "phone": item.phone,
        "address": item.address,
        **more,
    }
    document = documents.create_document(
        kind=kind,
        department_id=department.id,
        department_code=department.code,
        title=f"{case.item_name}",
        data=data,
        subject_type=acts.SUBJECT,
        subject_id=case.pk,
        at=at,
    )
    if document.needs_seal:
        outbox.publish(events.PaperIssued(document_id=document.id, case_id=case.pk, at=at))
    return document


def issue_decision(case: Case, *, reason: str, at: datetime) -> documents.DocumentRef:
    """Number the decision: on a licence by the name the law gives it (行政许可法 38), on anything else as 办理决定书."""
    is_licence = items.get_handling_item(id=case.handling_item_id).content.item_type == LICENCE
    kinds = (APPROVAL, DENIAL) if is_licence else (GRANT, REJECTION)
    return issue_paper(case, kind=kinds[case.decision == Case.Decision.DENIED], reason=reason, at=at)


def issue_delivery_receipt(
    case: Case, *, actor: Actor, method: str, presence: Presence | None, at: datetime
) -> documents.DocumentRef:
    """Record what was delivered, how, by whom and to whom; only electronic delivery needs no signature of the receiver."""
    issued = documents.list_documents(subject_type=acts.SUBJECT, subject_id=case.pk)
    decisions = (APPROVAL, DENIAL, GRANT, REJECTION)
    delivered = [{"title": paper.kind_name, "number": paper.number} for paper in issued if paper.kind in decisions]
    item = items.get_handling_item(id=case.handling_item_id)
    if case.certificate_key:
        name = certificates.get_type(key=item.certificate_type_key).name
        delivered.append({"title": name, "number": case.certificate_key})
    received = {"place": "吉事办“我的办件”", "receiver": "已送达申请人的实名账号", "received_at": _day(at)}
    fetched = {"place": item.address, "note": f"领取人：{presence.name}，{presence.title}"} if presence else {}
    how = received if method == ELECTRONIC else fetched
    return issue_paper(case, kind=DELIVERY_RECEIPT, papers=delivered, method=method, deliverer=actor.name, at=at, **how)


@in_one_transaction
def issue_review_sheet(*, case_id: int, at: datetime) -> None:
    """Gather the opinions of examination, check and decision for the file; an instant case has none of them."""
    case = Case.objects.get(pk=case_id)
    done = list(case.acts.filter(act__in=_REVIEWED))
    if all(each.act == "decide_case" for each in done):
        return
    steps = [
        {
            "name": _REVIEWED[each.act],
            "opinion": each.opinion,
            "outcome": "" if each.act in _WITHOUT_CONCLUSION else each.name,
            "person": each.actor_name,
            "at": timezone.localtime(each.at).strftime("%Y-%m-%d %H:%M"),
        }
        for each in done
    ]
    issue_paper(case, kind=REVIEW_SHEET, steps=steps, result=case.get_decision_display(), at=at)


@in_one_transaction
def seal_paper(*, document_id: int, at: datetime) -> documents.DocumentRef:
    """Render and seal a numbered paper once; a second call finds it done.

    Called by the outbox right after the act, and by a reader who is faster than the outbox.
    """
    document = documents.get_document(document_id=document_id, lock=True)
    if document.is_sealed:
        return document
    picture = seals.get_picture(department_id=document.department_id, at=at)
    pdf = documents.render_pdf(document_id=document_id, seal_picture=picture)
    signature = seals.seal_pdf(
        department_id=document.department_id,
        pdf=pdf,
        document=document.number,
        kind=document.kind,
        subject_id=document.id,
        at=at,
    )
    return documents.store_sealed(document_id=document_id, pdf=pdf, signature=signature, at=at)


def _day(at: datetime) -> str:
    return timezone.localtime(at).date().isoformat()
