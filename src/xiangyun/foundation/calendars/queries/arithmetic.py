"""Arithmetic of clocks on plain values (行政许可法 art. 42, 45, 82; 民法典 art. 201–203).

The day of starting is day 0 and each later day counts once begun. A pause takes the days after the one it was entered
on, up to the day before it ended. A limit in calendar days that runs out on a day off ends on the next working day. A
limit of 0 days means the same day, or the next working day where offices are closed. A limit in months ends on the day
of the same number, or on the last of a shorter month; it is counted, paused and extended in days.
"""

from calendar import monthrange
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

from xiangyun.foundation.calendars.models import Clock
from xiangyun.foundation.calendars.queries.workdays import WorkCalendar

Amount = int | Decimal
Stretch = tuple[date, date]  # first and last day, both included
_TENTH = Decimal("0.1")
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Pause:
    """A time that does not count, open while `until` is None."""

    since: datetime
    until: datetime | None
    reason: str
    basis: str = ""
    document_no: str = ""
    approver: str = ""


@dataclass(frozen=True, kw_only=True)
class Extension:
    """More days (or hours), granted at a moment."""

    at: datetime
    extra: int
    reason: str
    basis: str = ""
    document_no: str = ""
    approver: str = ""


@dataclass(frozen=True, kw_only=True)
class Track:
    """All that has happened to one clock."""

    unit: str
    limit: int
    started_at: datetime
    stopped_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()

    @property
    def latest_at(self) -> datetime:
        """The moment of the latest entry."""
        moments = [self.started_at, *(extension.at for extension in self.extensions)]
        moments += [moment for pause in self.pauses for moment in (pause.since, pause.until) if moment is not None]
        return max(moments if self.stopped_at is None else [*moments, self.stopped_at])

    def as_of(self, at: datetime) -> "Track":
        """Return the track as it was known at `at`: what happened later is left out."""
        return replace(
            self,
            stopped_at=self.stopped_at if self.stopped_at and self.stopped_at <= at else None,
            pauses=tuple(
                pause if pause.until is None or pause.until <= at else replace(pause, until=None)
                for pause in self.pauses
                if pause.since <= at
            ),
            extensions=tuple(extension for extension in self.extensions if extension.at <= at),
        )


@dataclass(frozen=True, kw_only=True)
class PauseMeasure:
    """A pause with the days it took (first and last, None if none) and how much of the unit that saved."""

    pause: Pause
    since: date | None
    until: date | None
    amount: Amount


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A clock at a moment. While a pause is open, `due_on` is the day it would be if work went on today."""

    limit: int
    used: Amount
    due_on: date
    due_at: datetime | None
    today: date
    first: date
    pauses: list[PauseMeasure] = field(default_factory=list)
    shifted_from: date | None = None

    @property
    def left(self) -> Amount:
        """What remains; below zero when overdue."""
        return self.limit - self.used


def local_day(at: datetime) -> date:
    """Return the date of a moment on the wall calendar of the province."""
    return at.astimezone(timezone.get_default_timezone()).date()


def days_of_months(first: date, months: int) -> int:
    """Return how many days lie after `first` up to the end of the months (民法典 202)."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    last = date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))
    return (last - first).days


def state_of(track: Track) -> str:
    """Return the state that follows from the entries."""
    if track.stopped_at is not None:
        return Clock.State.STOPPED.value
    is_paused = any(pause.until is None for pause in track.pauses)
    return Clock.State.PAUSED.value if is_paused else Clock.State.RUNNING.value


def measure(track: Track, at: datetime, calendar: WorkCalendar) -> Measure:
    """Compute what is used and when the clock is due, as of `at` (the moment of stopping if that was earlier)."""
    at = max(at, track.started_at)
    track = track.as_of(at)
    if track.stopped_at is not None:
        at = track.stopped_at
    limit = track.limit + sum(extension.extra for extension in track.extensions)
    return _measure_hours(track, at, limit) if track.unit == "hour" else _measure_days(track, at, limit, calendar)


class _Line:
    """The days of a clock after `first`, those of the paused stretches left out."""

    def __init__(self, unit: str, first: date, paused: list[Stretch], calendar: WorkCalendar) -> None:
        self._unit, self._calendar = unit, calendar
        self.first, self.paused = first, _merge(paused)

    def plain_count(self, after: date, until: date) -> int:
        """Count as if nothing were paused."""
        return self._calendar.count(after, until) if self._unit == "workday" else max(0, (until - after).days)

    def count(self, until: date) -> int:
        """Count the working days in (first, until] that are not paused."""
        total = self.plain_count(self.first, until)
        for start, end in self.paused:
            total -= self.plain_count(max(_before(start), self.first), min(end, until))
        return total

    def nth(self, number: int) -> date:
        """Return the day that is the `number`-th unpaused working day."""
        edge = self.first
        if number <= 0:
            return edge
        for start, end in self.paused:
            available = self.plain_count(edge, _before(start))
            if number <= available:
                break
            number -= available
            edge = max(edge, end)
        return self._calendar.add(edge, number)

    def walk(self, track: Track, until: date | None) -> tuple[int, date, bool]:
        """Count calendar days one by one up to `until`, or to the day that uses up the limit if that is None.

        Return the count, the last day, and whether the clock stands still from there to the next working day.

        By steps, because a limit that ran out on a day off stands still until work goes on, and what was counted under
        an earlier limit must not change when the limit is extended.
        """
        day, used = self.first, 0
        limits = [(self.first, track.limit), *((local_day(item.at), item.extra) for item in track.extensions)]
        limit, whole = track.limit, sum(extra for _, extra in limits)
        stands_still = limit == 0 and not self._calendar.is_workday(day)
        while used < whole if until is None else day < until:
            day += _DAY
            limit = sum(extra for since, extra in limits if since <= day)
            if any(start <= day <= end for start, end in self.paused):
                continue
            if stands_still and used == limit:
                stands_still = not self._calendar.is_workday(day)
                continue
            used += 1
            stands_still = used == limit and not self._calendar.is_workday(day)
        return used, day, stands_still

    def next_workday(self, day: date) -> date:
        """Return `day` if it is a working day, else the next unpaused working day."""
        while not self._calendar.is_workday(day):
            day = self._calendar.add(day, 1)
            for start, end in self.paused:
                if start <= day <= end:
                    day = end + _DAY
        return day


def _measure_days(track: Track, at: datetime, limit: int, calendar: WorkCalendar) -> Measure:
    today, first = local_day(at), local_day(track.started_at)
    if track.limit == 0 and track.unit == "workday":
        first = calendar.first_from(first)
    # what is paused through today is not used; what is due assumes that an open pause ends today
    passed = _Line(track.unit, first, [_stretch(pause, today) for pause in track.pauses], calendar)
    ahead = _Line(track.unit, first, [_stretch(pause, _before(today)) for pause in track.pauses], calendar)
    if track.unit == "workday":
        used, nominal = passed.count(today), ahead.nth(limit)
        due = nominal
    else:
        used = passed.walk(track, today)[0]
        _, nominal, stands_still = ahead.walk(track, None)
        due = ahead.next_workday(nominal) if stands_still else nominal
    return Measure(
        limit=limit,
        used=used,
        due_on=due,
        due_at=None,
        today=today,
        first=first,
        pauses=_measure_pauses(track, today, passed),
        shifted_from=nominal if due != nominal else None,
    )


def _measure_pauses(track: Track, today: date, line: _Line) -> list[PauseMeasure]:
    """Give each pause the days that no earlier pause has taken, so that the sums are right where pauses overlap."""
    found: list[PauseMeasure] = []
    taken: list[Stretch] = []
    for pause in track.pauses:
        start, end = _stretch(pause, today)
        if end < start:
            found.append(PauseMeasure(pause=pause, since=None, until=None, amount=0))
            continue
        amount = line.plain_count(max(_before(start), line.first), end)
        for other_start, other_end in _merge(taken):
            amount -= line.plain_count(max(_before(start), _before(other_start), line.first), min(end, other_end))
        taken.append((start, end))
        found.append(PauseMeasure(pause=pause, since=start, until=end, amount=amount))
    return found


def _stretch(pause: Pause, open_until: date) -> Stretch:
    end = open_until if pause.until is None else _before(local_day(pause.until))
    return local_day(pause.since) + _DAY, end


def _merge(stretches: list[Stretch]) -> list[Stretch]:
    merged: list[Stretch] = []
    for start, end in sorted(stretches):
        if end < start:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _before(day: date) -> date:
    return day - _DAY


def _measure_hours(track: Track, at: datetime, limit: int) -> Measure:
    spans = sorted((pause.since, pause.until or at) for pause in track.pauses)
    paused, edge = timedelta(0), track.started_at
    due_at = track.started_at + limit * _HOUR
    for start, end in spans:
        start = max(start, edge)
        if end <= start:
            continue
        paused += end - start
        if start <= due_at:
            due_at += end - start
        edge = end
    used = _tenths(at - track.started_at - paused)
    if used == limit and at > due_at:
        used += _TENTH  # never show an overrun as exactly used up
    return Measure(
        limit=limit,
        used=used,
        due_on=local_day(due_at),
        due_at=due_at,
        today=local_day(at),
        first=local_day(track.started_at),
        pauses=[
            PauseMeasure(
                pause=pause,
                since=local_day(pause.since),
                until=local_day(pause.until or at),
                amount=_tenths((pause.until or at) - pause.since),
            )
            for pause in track.pauses
        ],
    )


def _tenths(span: timedelta) -> Decimal:
    return (Decimal(span.total_seconds()) / 3600).quantize(_TENTH, ROUND_HALF_UP)
