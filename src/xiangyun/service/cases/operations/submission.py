"""Handing in: by the applicant online, and the supplement after a one-time notice."""

from datetime import datetime
from typing import Any

from xiangyun.foundation.forms import api as forms
from xiangyun.foundation.workflow import api as workflow
from xiangyun.kit.actors import Actor
from xiangyun.kit.rows import update_row
from xiangyun.kit.transactions import in_one_transaction
from xiangyun.service.cases import events, permissions
from xiangyun.service.cases.errors import AlreadySubmitted
from xiangyun.service.cases.models import Case
from xiangyun.service.cases.operations import acts, numbers
from xiangyun.service.cases.operations.drafting import form_owner, refresh_contact
from xiangyun.service.cases.operations.materials import consume_certificates, require_complete
from xiangyun.service.cases.queries.presence import note_presence
from xiangyun.service.items import api as items


@in_one_transaction
def submit_case(*, actor: Actor, case_key: str, answers: dict[str, Any], at: datetime) -> Case:
    """Hand the draft in and start its process; the body sees it in its queue at once.

    Raises: CaseNotFound, AlreadySubmitted, ValidationError (fields), MaterialsMissing, ItemNotPublished.
    """
    case = acts.lock_case(key=case_key)
    permissions.require_applicant(actor, case)
    if case.status != Case.Status.DRAFT:
        raise AlreadySubmitted(case_key=str(case.key))
    return hand_in(case, actor=actor, answers=answers, at=at)


def hand_in(case: Case, *, actor: Actor, answers: dict[str, Any], at: datetime) -> Case:
    """Check form and materials, give the query code, start the process."""
    item = items.get_handling_item(id=case.handling_item_id, must_be_published=True)
    forms.submit_form(actor=form_owner(case, actor), form_id=case.form_id or 0, answers=answers, at=at)
    materials = require_complete(case)
    refresh_contact(case, answers)
    case.status, case.submitted_at, case.query_code = Case.Status.SUBMITTED, at, numbers.query_code(at)
    update_row(case, ["status", "submitted_at", "query_code", "contact_mobile"])
    consume_certificates(case, materials, actor=actor, at=at)
    process = workflow.start_process(
        key=item.process_key,
        subject_type=acts.SUBJECT,
        subject_id=case.pk,
        variables={"situation": case.situation, "case_type": item.case_type, "promise_days": item.promise_limit},
        region_path=case.region_path,
        department_path=case.department_path,
        actor=actor,
        at=at,
    )
    case.process_id = process.id
    update_row(case, ["process_id"])
    acts.record_act(case, actor=actor, act="submit_case", from_status=Case.Status.DRAFT, at=at)
    acts.announce(events.CaseSubmitted, case, at=at)
    return case


@in_one_transaction
def supplement_case(
    *, actor: Actor, case_key: str, answers: dict[str, Any], bearer: str = "", title: str = "", at: datetime
) -> Case:
    """Hand in what the notice asked for, online or at the window; the case goes back to acceptance.

    `bearer` is who brings it to the window, `title` what they are to the applicant.

    Raises: CaseNotFound, NotAllowed, WrongStatus, ValidationError, MaterialsMissing.
    """
    case = acts.lock_case(key=case_key)
    permissions.require_filer(actor, case)
    acts.require_status(case, Case.Status.SUPPLEMENT_PENDING)
    facts = note_presence(case, name=bearer, title=title).as_facts() if actor.is_official else None
    forms.submit_form(actor=form_owner(case, actor), form_id=case.form_id or 0, answers=answers, at=at)
    require_complete(case)
    case.status, case.supplement_until = Case.Status.RECEIVED, None
    update_row(case, ["status", "supplement_until"])
    acts.complete_step(case, actor=actor, act="supplement", outcome="done", opinion="", at=at)
    name = "窗口代为补正" if actor.is_official else ""
    acts.record_act(
        case,
        actor=actor,
        act="supplement_case",
        name=name,
        from_status=Case.Status.SUPPLEMENT_PENDING,
        facts=facts,
        at=at,
    )
    acts.announce(events.CaseSupplemented, case, at=at)
    return case
