"""Lists of cases, paged by key: the applicant's own, and what lies in an official's scope."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from xiangyun.foundation.access import api as access
from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.calendars import api as calendars
from xiangyun.foundation.workflow import api as workflow
from xiangyun.kit.actors import Actor
from xiangyun.kit.codes import is_mobile
from xiangyun.kit.errors import NotAllowed
from xiangyun.kit.privacy import fingerprint
from xiangyun.service.cases.models import Case

SUBJECT = "cases.case"
PAGE = 20
_LONGEST_DESK = 2000  # so many waiting cases are looked through in a search
_SHORTEST_PART = 3  # characters of a firm's name
_PAUSED = (Case.Status.SUPPLEMENT_PENDING, Case.Status.SPECIAL_PROCEDURE)


@dataclass(frozen=True)
class CaseRow:
    """One line of a list; `due_on` and `days_left` are what the promise clock says, below zero when overdue."""

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
    unit_name: str = "个工作日"

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
    """What a list is narrowed to; empty means everything submitted, `unfinished` what was begun at the window."""

    status: str = ""
    text: str = ""
    department_id: int | None = None
    overdue: bool = False
    unfinished: bool = False


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
    return _page(_in_scope(actor, narrowed or CaseFilter(), at), after, limit, at)


def iterate_scope_cases(*, actor: Actor, at: datetime, narrowed: CaseFilter, limit: int = 5000) -> list[CaseRow]:
    """Return the same list for export, as far as `limit`."""
    return _page(_in_scope(actor, narrowed, at), None, limit, at).rows


def list_desk(
    *,
    actor: Actor,
    at: datetime,
    act: str = "",
    text: str = "",
    urgent: bool = False,
    after: int | None = None,
    limit: int = PAGE,
) -> CaseList:
    """Return the cases that wait for an act of this official, the longest waiting first.

    `text` searches among them, `urgent` leaves those that are due today or late.
    """
    mine = workflow.list_work_for(
        actor=actor,
        acts=[act] if act else None,
        subject_type=SUBJECT,
        after=after,
        limit=_LONGEST_DESK if text or urgent else limit + 1,
    )
    if text:
        waiting = Case.objects.filter(_matches(text.strip()), pk__in=[item.subject_id for item in mine])
        found = set(waiting.values_list("pk", flat=True))
        mine = [item for item in mine if item.subject_id in found]
    if urgent:
        mine = _due(mine, timezone.localdate(at))
    cases = Case.objects.select_related("department").in_bulk([item.subject_id for item in mine[:limit]])
    clocks = _read_clocks(cases.values(), at)
    rows = [
        _row(
            cases[item.subject_id],
            clocks.get(item.subject_id),
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


def count_urgent(*, actor: Actor, at: datetime) -> int:
    """Return how many cases that wait for this official are due today or late; of a longer desk the oldest count."""
    mine = workflow.list_work_for(actor=actor, subject_type=SUBJECT, limit=_LONGEST_DESK)
    return len(_due(mine, timezone.localdate(at)))


def count_overdue(*, actor: Actor, at: datetime) -> int:
    """Return how many cases in the official's scope are overdue."""
    return _in_scope(actor, CaseFilter(overdue=True), at).count()


def _due(mine: list[workflow.WorkItemRef], today: date) -> list[workflow.WorkItemRef]:
    """Leave what must be done today by the promise or by the limit of the step; what is paused waits."""
    cases = Case.objects.filter(pk__in=[item.subject_id for item in mine]).exclude(status__in=_PAUSED)
    until = {
        pk: None if decided_at else due_on
        for pk, due_on, decided_at in cases.values_list("pk", "due_on", "decided_at")
    }  # fmt: skip
    due = []
    for item in mine:
        step = timezone.localdate(item.due_at) if item.due_at else None
        if item.subject_id in until and any(day and day <= today for day in (until[item.subject_id], step)):
            due.append(item)
    return due


def _in_scope(actor: Actor, narrowed: CaseFilter, at: datetime) -> QuerySet[Case]:
    scopes = access.list_scopes(actor, "cases.intake_case" if narrowed.unfinished else "cases.view_case")
    if not scopes:
        raise NotAllowed
    rows = Case.objects.filter(access.filter_for(scopes))
    if narrowed.unfinished:
        rows = rows.filter(status=Case.Status.DRAFT, source=Case.Source.WINDOW)
    else:
        rows = rows.exclude(status=Case.Status.DRAFT)
    if narrowed.status:
        rows = rows.filter(status=narrowed.status)
    if narrowed.department_id:
        rows = rows.filter(department_id=narrowed.department_id)
    if narrowed.overdue:
        rows = _overdue(rows, timezone.localtime(at).date())
    if narrowed.text:
        rows = rows.filter(_matches(narrowed.text.strip()))
    return rows


def _overdue(rows: QuerySet[Case], today: date) -> QuerySet[Case]:
    """Leave the cases whose promise clock says overdue.

    A clock is overdue once a further day has begun that counts: for working days, when the due day lies before the
    latest working day of the place; on the days off after the due day the case is not late yet.
    """
    rows = rows.filter(due_on__lt=today, decided_at__isnull=True)
    by_day: dict[date, list[str]] = {}
    for path in rows.order_by().values_list("region_path", flat=True).distinct():
        latest = calendars.add_workdays(day=today + timedelta(days=1), n=-1, region_path=path)
        by_day.setdefault(latest, []).append(path)
    late = ~Q(handling_item__implementation__guide__promise_unit="workday")
    for latest, paths in by_day.items():
        late |= Q(due_on__lt=latest, region_path__in=paths)
    return rows.filter(late)


def _matches(text: str) -> Q:
    """Match a number, code or mobile exactly, a name by its beginning, a firm's by a part too: each hits an index."""
    found = (
        Q(project_no=text) | Q(query_code=text) | Q(applicant_code_index=fingerprint("case_applicant", text.upper()))
        | Q(applicant_name__startswith=text) | Q(item_name__startswith=text)
    )  # fmt: skip
    if is_mobile(text):
        found |= Q(applicant_user_id=accounts.find_user_by_mobile(text) or 0)
    elif len(text) >= _SHORTEST_PART and not text.isascii():
        found |= Q(applicant_firm_id__in=accounts.list_firm_ids(part=text))
    return found


def _page(rows: QuerySet[Case], after: int | None, limit: int, at: datetime) -> CaseList:
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.select_related("department").order_by("-pk")[: limit + 1])
    clocks = _read_clocks(found[:limit], at)
    rows_shown = [_row(case, clocks.get(case.pk)) for case in found[:limit]]
    return CaseList(rows_shown, found[limit - 1].pk if len(found) > limit else None)


def _read_clocks(cases: Iterable[Case], at: datetime) -> dict[int, calendars.ClockReading]:
    """Read the promise clocks of the cases that run against one: the same words as on the page of each case."""
    running = [case.pk for case in cases if case.due_on is not None and case.decided_at is None]
    found = calendars.read_clocks_for(subject_type=SUBJECT, subject_ids=running, at=at) if running else {}
    return {pk: each for pk, readings in found.items() for each in readings if each.kind == "promise"}


def _row(case: Case, clock: calendars.ClockReading | None, **step: object) -> CaseRow:
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
        due_on=clock.due_on if clock else case.due_on,
        days_left=int(clock.left) if clock else None,
        unit_name=clock.unit_name if clock else "个工作日",
        **{"cursor": case.pk, **step},  # type: ignore[arg-type]
    )
