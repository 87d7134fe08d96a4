"""Lists of cases, paged by key: the applicant's own, and what lies in an official's scope."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from xiangyun.foundation.access import api as access
from xiangyun.foundation.calendars import api as calendars
from xiangyun.foundation.workflow import api as workflow
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import NotAllowed
from xiangyun.kit.privacy import fingerprint
from xiangyun.service.cases.models import Case

SUBJECT = "cases.case"
PAGE = 20


@dataclass(frozen=True)
class CaseRow:
    """One line of a list."""

    id: int
    key: str
    project_no: str
    query_code: str
    item_name: str
    applicant_name: str
    department_name: str
    status: str
    status_name: str
    submitted_at: datetime | None
    created_at: datetime
    due_on: date | None
    days_left: int | None
    act: str = ""
    step_name: str = ""
    opened_at: datetime | None = None
    step_due_at: datetime | None = None
    cursor: int = 0

    @property
    def urgency(self) -> str:
        """Return `overdue`, `today`, `soon` (three days or fewer), `normal` or `none` (no clock runs)."""
        if self.days_left is None:
            return "none"
        if self.days_left < 0:
            return "overdue"
        return "today" if self.days_left == 0 else "soon" if self.days_left <= 3 else "normal"


@dataclass(frozen=True)
class CaseList:
    """One page of a list; `next_cursor` is None on the last page."""

    rows: list[CaseRow]
    next_cursor: int | None


@dataclass(frozen=True)
class CaseFilter:
    """What a list is narrowed to; empty means everything."""

    status: str = ""
    text: str = ""
    department_id: int | None = None
    overdue: bool = False


def list_my_cases(
    *, actor: Actor, at: datetime, after: int | None = None, status: str = "", limit: int = PAGE
) -> CaseList:
    """Return the cases of the subject the actor acts for, newest first."""
    rows = Case.objects.filter(applicant_firm_id=actor.firm_id) if actor.firm_id else Case.objects.filter(
        applicant_user_id=actor.user_id, applicant_firm__isnull=True
    )  # fmt: skip
    if status:
        rows = rows.filter(status=status)
    return _page(rows, after, limit, at)


def list_scope_cases(
    *, actor: Actor, at: datetime, narrowed: CaseFilter | None = None, after: int | None = None, limit: int = PAGE
) -> CaseList:
    """Return the cases in the regions and departments over which the official may view cases, newest first.

    Raises: NotAllowed for an actor without any such scope.
    """
    return _page(_in_scope(actor, narrowed or CaseFilter()), after, limit, at)


def iterate_scope_cases(*, actor: Actor, at: datetime, narrowed: CaseFilter, limit: int = 5000) -> list[CaseRow]:
    """Return the same list for export, as far as `limit`."""
    return _page(_in_scope(actor, narrowed), None, limit, at).rows


def list_desk(*, actor: Actor, at: datetime, act: str = "", after: int | None = None, limit: int = PAGE) -> CaseList:
    """Return the cases that wait for an act of this official, the longest waiting first."""
    mine = workflow.list_work_for(
        actor=actor, acts=[act] if act else None, subject_type=SUBJECT, after=after, limit=limit + 1
    )
    cases = Case.objects.select_related("department").in_bulk([item.subject_id for item in mine[:limit]])
    rows = [
        _row(
            cases[item.subject_id],
            at,
            act=item.act,
            step_name=item.name,
            opened_at=item.opened_at,
            step_due_at=item.due_at,
            cursor=item.id,
        )
        for item in mine[:limit]
        if item.subject_id in cases
    ]
    return CaseList(rows, mine[limit - 1].id if len(mine) > limit else None)


def count_desk(*, actor: Actor) -> dict[str, int]:
    """Return how many cases wait for this official, by kind of act."""
    return workflow.count_work_for(actor=actor, subject_type=SUBJECT)


def _in_scope(actor: Actor, narrowed: CaseFilter) -> QuerySet[Case]:
    scopes = access.list_scopes(actor, "cases.view_case")
    if not scopes:
        raise NotAllowed
    rows = Case.objects.filter(access.filter_for(scopes)).exclude(status=Case.Status.DRAFT)
    if narrowed.status:
        rows = rows.filter(status=narrowed.status)
    if narrowed.department_id:
        rows = rows.filter(department_id=narrowed.department_id)
    if narrowed.overdue:
        rows = rows.filter(due_on__lt=timezone.localdate(), decided_at__isnull=True)
    if narrowed.text:
        rows = rows.filter(_matches(narrowed.text.strip()))
    return rows


def _matches(text: str) -> Q:
    """Match a number or a code exactly and a name by its beginning: each hits an index."""
    return (
        Q(project_no=text) | Q(query_code=text) | Q(applicant_code_index=fingerprint("case_applicant", text.upper()))
        | Q(applicant_name__startswith=text) | Q(item_name__startswith=text)
    )  # fmt: skip


def _page(rows: QuerySet[Case], after: int | None, limit: int, at: datetime) -> CaseList:
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.select_related("department").order_by("-pk")[: limit + 1])
    return CaseList([_row(case, at) for case in found[:limit]], found[limit - 1].pk if len(found) > limit else None)


def _row(case: Case, at: datetime, **step: object) -> CaseRow:
    left = None
    if case.due_on is not None and case.decided_at is None:
        today = timezone.localtime(at).date()
        if today <= case.due_on:
            left = calendars.count_workdays(after=today, until=case.due_on, region_path=case.region_path)
        else:
            left = -calendars.count_workdays(after=case.due_on, until=today, region_path=case.region_path) or -1
    return CaseRow(
        id=case.pk,
        key=str(case.key),
        project_no=case.project_no or "",
        query_code=case.query_code or "",
        item_name=case.item_name,
        applicant_name=case.applicant_name,
        department_name=case.department.name,
        status=case.status,
        status_name=case.get_status_display(),
        submitted_at=case.submitted_at,
        created_at=case.created_at,
        due_on=case.due_on,
        days_left=left,
        **{"cursor": case.pk, **step},  # type: ignore[arg-type]
    )
