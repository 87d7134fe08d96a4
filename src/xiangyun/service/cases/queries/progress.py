"""The public status query: what anybody may know who holds a receipt."""

from dataclasses import dataclass
from datetime import date, datetime

from xiangyun.foundation.organisations import api as organisations
from xiangyun.service.cases.models import Case

_TAIL = 4


@dataclass(frozen=True)
class Progress:
    """The state of a case without a word about the applicant."""

    item_name: str
    status: str
    status_name: str
    department_name: str
    submitted_at: datetime | None
    due_on: date | None


def find_progress(*, query_code: str, code_tail: str) -> Progress | None:
    """Return the state of the case with this query code, if the applicant's number ends with these four characters."""
    case = Case.objects.filter(query_code=query_code).first() if query_code else None
    if case is None or len(code_tail) != _TAIL or not case.applicant_code.upper().endswith(code_tail.upper()):
        return None
    return Progress(
        item_name=case.item_name,
        status=case.status,
        status_name=case.get_status_display(),
        department_name=organisations.get_department(id=case.department_id).name,
        submitted_at=case.submitted_at,
        due_on=None if case.decided_at else case.due_on,
    )
