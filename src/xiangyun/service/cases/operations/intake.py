"""Intake at the window for somebody who stands in front of it (综合窗口, 收件即受理)."""

from datetime import datetime
from typing import Any

from xiangyun.foundation.access import api as access
from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.organisations import api as organisations
from xiangyun.kit.actors import Actor
from xiangyun.kit.transactions import in_one_transaction
from xiangyun.service.cases import permissions
from xiangyun.service.cases.models import Case
from xiangyun.service.cases.operations import acts
from xiangyun.service.cases.operations.drafting import open_draft
from xiangyun.service.cases.operations.submission import hand_in
from xiangyun.service.cases.queries.prefill import Applicant
from xiangyun.service.items import api as items


@in_one_transaction
def open_window_case(
    *,
    actor: Actor,
    citizen_id: str,
    uscc: str = "",
    handle_item_code: str,
    situation: dict[str, str],
    request_id: str,
    at: datetime,
) -> Case:
    """Open a draft at the window for the person whose card was read, or the firm they act for.

    Raises: NotAllowed, ValidationError for wrong numbers, NotFound where nobody is registered, ItemNotPublished.
    """
    item = items.get_handling_item(code=handle_item_code, must_be_published=True)
    department = organisations.get_department(id=item.department_id)
    access.require(actor, "cases.intake_case", access.Scope.of(department))
    person = accounts.get_user_by_citizen_id(citizen_id=citizen_id)
    firm_id = accounts.get_firm_by_uscc(uscc=uscc).id if uscc else None
    return open_draft(
        actor=actor,
        applicant=Applicant.build(user_id=person.id, firm_id=firm_id),
        handle_item_code=handle_item_code,
        situation=situation,
        request_id=request_id,
        source=Case.Source.WINDOW,
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
