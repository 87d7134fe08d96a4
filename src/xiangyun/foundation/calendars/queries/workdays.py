"""Counting working days (行政许可法 art. 82) by the official calendar and the local holidays of a division."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date

from xiangyun.foundation.calendars.models import CalendarDay, LocalDay
from xiangyun.foundation.packs import api as packs

FIRST_YEAR, LAST_YEAR = 1990, 2200
_SATURDAY = 5


@dataclass(frozen=True)
class _Local:
    path: str
    year: int | None
    month: int
    day: int
    is_workday: bool


@dataclass(frozen=True)
class _Source:
    """Everything loaded: whether each known day is a working day, the local days, and calendars made from them."""

    days: dict[date, bool]
    years: frozenset[int]
    local: tuple[_Local, ...]
    calendars: "dict[tuple[_Local, ...], WorkCalendar]" = field(default_factory=dict)


class WorkCalendar:
    """The working days of one place: sorted day numbers, a stretch of years at a time, searched by bisection."""

    def __init__(self, source: _Source, local: tuple[_Local, ...]) -> None:
        """Start with no years; each is built when first asked for."""
        self._source, self._local = source, local
        self._table: tuple[int, int, list[int]] = (1, 0, [])

    def has_notice(self, year: int) -> bool:
        """Say whether the year's official holidays are loaded; without them only weekends count as days off."""
        return year in self._source.years

    def is_workday(self, day: date) -> bool:
        """Say whether offices work on `day`."""
        for local in self._local:
            if (local.month, local.day) == (day.month, day.day) and local.year in (None, day.year):
                return local.is_workday
        known = self._source.days.get(day)
        return day.weekday() < _SATURDAY if known is None else known

    def count(self, after: date, until: date) -> int:
        """Return how many working days lie in (after, until]; 0 when `until` is not later."""
        if until <= after:
            return 0
        days = self._days(after.year, until.year)
        return bisect_right(days, until.toordinal()) - bisect_right(days, after.toordinal())

    def add(self, day: date, number: int) -> date:
        """Return the `number`-th working day after `day` (before it, if negative); `day` itself for 0."""
        if number == 0:
            return day
        first, last = day.year, day.year + number // 240 if number > 0 else day.year
        first += number // 240 if number < 0 else 0
        while True:
            days = self._days(first, last)
            edge = day.toordinal()
            index = bisect_right(days, edge) + number - 1 if number > 0 else bisect_left(days, edge) + number
            if 0 <= index < len(days):
                return date.fromordinal(days[index])
            first, last = (first, last + 1) if number > 0 else (first - 1, last)

    def first_from(self, day: date) -> date:
        """Return `day` if it is a working day, else the next one."""
        return day if self.is_workday(day) else self.add(day, 1)

    def _days(self, first: int, last: int) -> list[int]:
        if first < FIRST_YEAR or last > LAST_YEAR:
            raise ValueError(f"年份超出{FIRST_YEAR}至{LAST_YEAR}")
        have_first, have_last, days = self._table
        if days and first >= have_first and last <= have_last:
            return days
        if days:
            first, last = min(first, have_first), max(last, have_last)
        start, end = date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal()
        days = [number for number in range(start, end + 1) if self.is_workday(date.fromordinal(number))]
        self._table = (first, last, days)  # replaced as a whole: threads may read meanwhile
        return days


_source: packs.ContentCache[str, _Source] = packs.ContentCache(seconds=300)


def get_calendar(region_path: str) -> WorkCalendar:
    """Return the calendar of a place: the national one with the local days of all divisions on its path."""
    source = _source.get("", _read_source)
    local = tuple(entry for entry in source.local if region_path.startswith(entry.path))
    calendar = source.calendars.get(local)
    if calendar is None:
        calendar = source.calendars[local] = WorkCalendar(source, local)
    return calendar


def is_workday(*, day: date, region_path: str = "") -> bool:
    """Say whether offices at a place work on `day`."""
    return get_calendar(region_path).is_workday(day)


def add_workdays(*, day: date, n: int, region_path: str = "") -> date:
    """Return the n-th working day after `day`; `day` is day 0. Negative `n` goes back."""
    return get_calendar(region_path).add(day, n)


def count_workdays(*, after: date, until: date, region_path: str = "") -> int:
    """Return how many working days lie after `after` up to and including `until`; 0 when it is not later."""
    return get_calendar(region_path).count(after, until)


def list_years_without_notice(*, since: date, until: date) -> list[int]:
    """Return the years between two days for which only weekends are known: dates in them are provisional."""
    years = _source.get("", _read_source).years
    return [year for year in range(since.year, until.year + 1) if year not in years]


def _read_source() -> _Source:
    days = dict(CalendarDay.objects.values_list("day", "is_workday"))
    rows = LocalDay.objects.values_list("region__path", "year", "month", "day", "is_workday")
    # nearer divisions first: the county's rule wins over the prefecture's, the single year's over every year's
    local = sorted((_Local(*row) for row in rows), key=lambda entry: (-len(entry.path), entry.year is None))
    return _Source(days, frozenset(day.year for day in days), tuple(local))
