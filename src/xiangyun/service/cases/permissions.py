"""Who may do what to a case: the applicant to their own, an official by right over its region and department."""

from typing import Protocol

from xiangyun.foundation.access import api as access
from xiangyun.kit.actors import Actor
from xiangyun.service.cases.errors import CaseNotFound
from xiangyun.service.cases.models import Case


def scope_of(case: Case) -> access.Scope:
    """Return the region and department the case lies in."""
    return access.Scope(region_path=case.region_path, department_path=case.department_path)


class _Filed(Protocol):
    """A case, or the facts of one."""

    @property
    def applicant_user_id(self) -> int | None: ...
    @property
    def applicant_firm_id(self) -> int | None: ...


def is_applicant(actor: Actor, case: _Filed) -> bool:
    """Say whether the actor is, at this moment, the subject who filed the case."""
    if actor.user_id is None or actor.is_official:
        return False
    if case.applicant_firm_id is not None:
        return case.applicant_firm_id == actor.firm_id
    return actor.firm_id is None and case.applicant_user_id == actor.user_id


def require_applicant(actor: Actor, case: Case) -> None:
    """Let the applicant pass.

    Raises: CaseNotFound for everybody else, so that foreign keys tell nothing.
    """
    if not is_applicant(actor, case):
        raise CaseNotFound


def require(actor: Actor, right: str, case: Case) -> None:
    """Let an official pass who holds `right` over the case.

    Raises: NotAllowed.
    """
    access.require(actor, right, scope_of(case))


def require_intake(actor: Actor, case: Case) -> None:
    """Let a clerk pass who takes this case in at the window; a draft that a citizen began online stays the citizen's.

    Raises: NotAllowed, CaseNotFound.
    """
    require(actor, "cases.intake_case", case)
    if case.status == Case.Status.DRAFT and case.source != Case.Source.WINDOW:
        raise CaseNotFound


def require_filer(actor: Actor, case: Case) -> None:
    """Let the applicant pass, or the clerk who does it for them at the window.

    Raises: CaseNotFound, NotAllowed.
    """
    if actor.is_official:
        require_intake(actor, case)
    else:
        require_applicant(actor, case)


def require_view(actor: Actor, case: Case) -> None:
    """Let the applicant see the case, and the officials in charge once it is handed in or begun at their window.

    Raises: CaseNotFound, so that guessed keys tell nothing.
    """
    if is_applicant(actor, case):
        return
    is_unsubmitted = case.status == Case.Status.DRAFT and case.source != Case.Source.WINDOW
    if is_unsubmitted or not access.can(actor, "cases.view_case", scope_of(case)):
        raise CaseNotFound
