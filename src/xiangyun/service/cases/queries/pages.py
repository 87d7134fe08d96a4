"""Everything one page about one case needs, in a constant number of queries."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from xiangyun.foundation.access import api as access
from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.calendars import api as calendars
from xiangyun.foundation.documents import api as documents
from xiangyun.foundation.organisations import api as organisations
from xiangyun.foundation.workflow import api as workflow
from xiangyun.kit.actors import Actor
from xiangyun.kit.privacy import mask
from xiangyun.service.cases import permissions
from xiangyun.service.cases.models import Case, CaseMaterial
from xiangyun.service.cases.queries.cases import get_case
from xiangyun.service.cases.queries.papers import ELECTRONIC, list_case_papers
from xiangyun.service.cases.queries.presence import list_titles
from xiangyun.service.items import api as items

SUBJECT = "cases.case"
_EXEMPT = (CaseMaterial.GetType.CERTIFICATE, CaseMaterial.GetType.FORM)


@dataclass(frozen=True)
class MaterialView:
    """One material as a page shows it."""

    code: str
    name: str
    is_required: bool
    is_provided: bool
    can_commit: bool
    get_type: str
    how: str
    source_note: str
    trust_level: str
    wanted_again: str
    file_id: str
    file_name: str
    certificate_key: str

    @property
    def is_exempt(self) -> bool:
        """Say whether it came from the certificate store or the form (免提交); a promise is the applicant's own part."""
        return self.get_type in _EXEMPT and not self.wanted_again


@dataclass(frozen=True)
class ActView:
    """One line of the case history."""

    act: str
    name: str
    actor_name: str
    is_official: bool
    opinion: str
    at: datetime
    facts: dict[str, Any]

    @property
    def said(self) -> str:
        """The opinion, and who came to the window for the act."""
        came = self.facts.get("present")
        return "\n".join(filter(None, [self.opinion, came and f"到场：{came['name']}，{came['title']}"]))


@dataclass(frozen=True)
class CasePage:
    """A case as its applicant or an official in charge sees it; personal data is masked."""

    id: int
    key: str
    project_no: str
    query_code: str
    item_name: str
    handle_item_code: str
    task_code: str
    department_name: str
    department_phone: str
    applicant_kind: str
    applicant_name: str
    applicant_code: str
    contact_mobile: str
    source: str
    status: str
    status_name: str
    is_open: bool
    decision: str
    decision_name: str
    certificate_key: str
    situation: dict[str, str]
    form_id: int
    form_key: str
    process_id: int | None
    created_at: datetime
    submitted_at: datetime | None
    received_at: datetime | None
    accepted_at: datetime | None
    decided_at: datetime | None
    completed_at: datetime | None
    due_on: date | None
    supplement_until: date | None
    is_instant: bool
    special_procedures: tuple[str, ...]
    titles: tuple[str, ...]
    materials: list[MaterialView]
    acts: list[ActView]
    clocks: list[calendars.ClockReading]
    papers: list[documents.DocumentRef]
    my_steps: list[workflow.WorkItemRef] = field(default_factory=list)

    @property
    def exempt_count(self) -> int:
        """Return how many materials the applicant need not bring."""
        return sum(material.is_exempt for material in self.materials)

    @property
    def present(self) -> dict[str, str]:
        """Return who came to the window to apply, and by what title; nothing for a case begun online."""
        return self.acts[0].facts.get("present", {}) if self.acts else {}

    @property
    def receiver(self) -> str:
        """Return who is likely to fetch the result: who came to apply, else the person who applied."""
        is_person = self.applicant_kind == Case.ApplicantKind.PERSON.label
        return self.present.get("name", self.applicant_name if is_person else "")

    @property
    def is_receipt_on_paper(self) -> bool:
        """Say whether the receiver signed 送达回证 on paper, so that the sealed file is not its original."""
        return any(act.act == "deliver_case" and act.facts.get("method") != ELECTRONIC for act in self.acts)


def get_case_page(*, actor: Actor, case_key: str, at: datetime) -> CasePage:
    """Return the page of a case.

    Raises: CaseNotFound, also for those who may not see it.
    """
    case = get_case(key=case_key)
    permissions.require_view(actor, case)
    item = items.get_handling_item(id=case.handling_item_id)
    department = organisations.get_department(id=case.department_id)
    readings = calendars.read_clocks_for(subject_type=SUBJECT, subject_ids=[case.pk], at=at).get(case.pk, [])
    return CasePage(
        id=case.pk,
        key=str(case.key),
        project_no=case.project_no or "",
        query_code=case.query_code or "",
        item_name=case.item_name,
        handle_item_code=item.code,
        task_code=item.task_code,
        department_name=department.name,
        department_phone=department.phone,
        applicant_kind=case.get_applicant_kind_display(),
        applicant_name=case.applicant_name,
        applicant_code=case.applicant_code if case.applicant_firm_id else mask("citizen_id", case.applicant_code),
        contact_mobile=mask("mobile", case.contact_mobile),
        source=case.get_source_display(),
        status=case.status,
        status_name=case.get_status_display(),
        is_open=case.completed_at is None,
        decision=case.decision,
        decision_name=case.get_decision_display(),
        certificate_key=case.certificate_key,
        situation=case.situation,
        form_id=case.form_id or 0,
        form_key=item.form_key,
        process_id=case.process_id,
        created_at=case.created_at,
        submitted_at=case.submitted_at,
        received_at=case.received_at,
        accepted_at=case.accepted_at,
        decided_at=case.decided_at,
        completed_at=case.completed_at,
        due_on=case.due_on,
        supplement_until=case.supplement_until,
        is_instant=item.is_instant,
        special_procedures=item.special_procedures,
        titles=list_titles(case),
        materials=_material_views(case),
        acts=_act_views(case, actor),
        clocks=readings,
        papers=list_case_papers(actor=actor, case=case),
        my_steps=_steps_of(actor, case),
    )


def unmask_applicant(*, actor: Actor, case_key: str, reason: str, at: datetime) -> dict[str, str]:
    """Return the applicant's number and phone in full; the act is audited with its reason.

    Raises: CaseNotFound, NotAllowed, ValidationError without a reason.
    """
    case = get_case(key=case_key)
    permissions.require_view(actor, case)
    permissions.require(actor, "accounts.unmask_person", case)
    accounts.record_unmasking(
        actor=actor,
        user_id=case.applicant_user_id or 0,
        fields=["citizen_id", "mobile"],
        reason=reason,
        case=str(case),
        at=at,
    )
    return {"applicant_code": case.applicant_code, "contact_mobile": case.contact_mobile}


def _steps_of(actor: Actor, case: Case) -> list[workflow.WorkItemRef]:
    """Return the open steps this actor may take: an official's by role, the applicant's own."""
    if case.process_id is None:
        return []
    steps = workflow.list_open_work_items(subject_type=SUBJECT, subject_id=case.pk)
    if not actor.is_official:
        return [step for step in steps if step.role == "applicant"]
    here = permissions.scope_of(case)
    held = {
        role
        for role, scopes in access.list_role_scopes(actor=actor).items()
        if any(scope.covers(here) for scope in scopes)
    }
    return [step for step in steps if held & {step.role, step.other_role}]


def _material_views(case: Case) -> list[MaterialView]:
    return [
        MaterialView(
            code=m.code,
            name=m.name,
            is_required=m.is_required,
            is_provided=bool(m.get_type) and not m.wanted_again,
            can_commit=m.can_commit,
            get_type=m.get_type,
            how=m.get_get_type_display() if m.get_type else "",
            source_note=m.source_note,
            trust_level=m.trust_level,
            wanted_again=m.wanted_again,
            file_id=str(m.file_id or ""),
            file_name=m.file_name,
            certificate_key=m.certificate_key,
        )
        for m in case.materials.all()
    ]


def _act_views(case: Case, actor: Actor) -> list[ActView]:
    """Show officials by name to each other; to the applicant an inner opinion stays inside until the decision."""
    inner = {"review_case", "check_case"}
    return [
        ActView(
            act=a.act,
            name=a.name,
            actor_name=a.actor_name,
            is_official=a.is_official,
            opinion="" if a.act in inner and not actor.is_official else a.opinion,
            at=a.at,
            facts=a.facts,
        )
        for a in case.acts.all()
    ]
