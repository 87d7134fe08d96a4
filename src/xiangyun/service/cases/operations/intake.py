"""Intake at the window for somebody who stands in front of it (综合窗口, 收件即受理)."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from xiangyun.foundation.access import api as access
from xiangyun.foundation.organisations import api as organisations
from xiangyun.kit.actors import Actor
from xiangyun.kit.transactions import in_one_transaction
from xiangyun.service.cases import permissions
from xiangyun.service.cases.models import Case
from xiangyun.service.cases.operations import acts
from xiangyun.service.cases.operations.drafting import open_draft
from xiangyun.service.cases.operations.submission import hand_in
from xiangyun.service.cases.queries.prefill import Applicant
from xiangyun.service.cases.queries.presence import read_visit
from xiangyun.service.items import api as items


@in_one_transaction
def open_window_case(
    *,
    actor: Actor,
    citizen_id: str,
    principal: str = "",
    has_letter: bool = False,
    handle_item_code: str,
    situation: dict[str, str],
    request_id: str,
    at: datetime,
) -> Case:
    """Open a draft at the window for the person whose card was read, or for the firm or person (`principal`) they act for.

    Raises: NotAllowed, ValidationError for wrong numbers, NotFound where nobody is registered, NotAuthorised,
    ItemNotPublished, WrongAudience, ConditionNotMet.
    """
    item = items.get_handling_item(code=handle_item_code, must_be_published=True)
    department = organisations.get_department(id=item.department_id)
    access.require(actor, "cases.intake_case", access.Scope.of(department))
    today = timezone.localdate(at)
    visit = read_visit(citizen_id=citizen_id, principal=principal, has_letter=has_letter, on=today)
    return open_draft(
        actor=actor,
        applicant=Applicant(profile=visit.person, firm=visit.firm, at=at, present=visit.present),
        handle_item_code=handle_item_code,
        situation=situation,
        request_id=request_id,
        source=Case.Source.WINDOW,
        presence=visit.presence,
        at=at,
    )


@in_one_transaction
def submit_window_case(*, actor: Actor, case_key: str, answers: dict[str, Any], at: datetime) -> Case:
    """Hand in for the applicant what was taken in at the window.

    Raises: NotAllowed, WrongStatus, ValidationError, MaterialsMissing.
    """
    case = acts.lock_case(key=case_key)
    permissions.require_intake(actor, case)
    acts.require_status(case, Case.Status.DRAFT)
    return hand_in(case, actor=actor, answers=answers, at=at)
