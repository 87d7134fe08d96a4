"""Single cases: found by key, number or query code, with facts for other apps."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from xiangyun.foundation.organisations import api as organisations
from xiangyun.kit.actors import Actor
from xiangyun.kit.rows import find_row
from xiangyun.service.cases import permissions
from xiangyun.service.cases.errors import CaseNotFound
from xiangyun.service.cases.models import Case, CaseAct


@dataclass(frozen=True)
class CaseFacts:
    """What other apps may know of a case."""

    id: int
    key: str
    project_no: str
    query_code: str
    item_name: str
    status: str
    applicant_name: str
    applicant_user_id: int | None
    applicant_firm_id: int | None
    department_id: int
    department_name: str
    region_path: str
    department_path: str
    is_instant: bool
    accepted_at: datetime | None
    completed_at: datetime | None
    official_ids: frozenset[int]

    def is_of(self, actor: Actor) -> bool:
        """Say whether the actor is, at this moment, the subject who filed it."""
        return permissions.is_applicant(actor, self)


def get_case(*, key: str, lock: bool = False) -> Case:
    """Return the case with this public key, locked if asked.

    Raises: CaseNotFound, also for a key that is none.
    """
    try:
        wanted = UUID(str(key))
    except ValueError:
        raise CaseNotFound from None
    if lock:
        found = find_row(Case, lock=True, key=wanted)
    else:
        found = Case.objects.select_related("handling_item").filter(key=wanted).first()
    if found is None:
        raise CaseNotFound
    return found


def find_case_id(*, number: str) -> int | None:
    """Return the id of the case with this 办件编号 or 查询码; whoever asks may know that it exists."""
    found = Case.objects.filter(Q(project_no=number) | Q(query_code=number))
    return found.values_list("pk", flat=True).first() if number else None


def get_case_facts(*, case_id: int = 0, case_key: str = "") -> CaseFacts:
    """Return the facts of a case by id or public key.

    Raises: CaseNotFound.
    """
    if case_key:
        case = get_case(key=case_key)
    else:
        found = find_row(Case, id=case_id)
        if found is None:
            raise CaseNotFound
        case = found
    officials = CaseAct.objects.filter(case=case, is_official=True, actor_user__isnull=False).values_list(
        "actor_user_id", flat=True
    )
    return CaseFacts(
        id=case.pk,
        key=str(case.key),
        project_no=case.project_no or "",
        query_code=case.query_code or "",
        item_name=case.item_name,
        status=case.status,
        applicant_name=case.applicant_name,
        applicant_user_id=case.applicant_user_id,
        applicant_firm_id=case.applicant_firm_id,
        department_id=case.department_id,
        department_name=organisations.get_department(id=case.department_id).name,
        region_path=case.region_path,
        department_path=case.department_path,
        is_instant=case.accepted_at is not None and case.due_on is None,
        accepted_at=case.accepted_at,
        completed_at=case.completed_at,
        official_ids=frozenset(pk for pk in officials if pk is not None),
    )
