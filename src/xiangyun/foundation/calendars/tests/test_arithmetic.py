"""Clock arithmetic against a naive oracle that walks day by day."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiangyun.foundation.calendars.queries.arithmetic import Extension, Measure, Pause, Track, days_of_months, measure
from xiangyun.foundation.calendars.queries.workdays import WorkCalendar, _Local, _Source
from xiangyun.foundation.calendars.tests.factories import SHANGHAI, at, read_official_days

WORKING_KINDS = ("workday", "adjusted")


@cache
def official() -> dict[date, bool]:
    return {day: kind in WORKING_KINDS for day, (kind, _) in read_official_days().items()}


@cache
def calendar() -> WorkCalendar:
    local = (_Local("222400000000/", None, 9, 3, False),)
    days = official()
    return WorkCalendar(_Source(days, frozenset(day.year for day in days), local), local)


def works(day: date) -> bool:
    """Say it the slow way: 延边, the notice, else weekdays."""
    if (day.month, day.day) == (9, 3):
        return False
    return official().get(day, day.weekday() < 5)


def is_paused(track: Track, day: date, open_until: date) -> bool:
    for pause in track.pauses:
        end = pause.until.date() if pause.until else open_until + timedelta(days=1)
        if pause.since.date() < day < end:
            return True
    return False


def limit_on(track: Track, day: date) -> int:
    return track.limit + sum(extension.extra for extension in track.extensions if extension.at.date() <= day)


def walk(track: Track, until: date | None, open_until: date) -> tuple[int, date]:
    """Step from the start; stop at `until`, or (if that is None) at the last day on which the limit is kept."""
    whole = limit_on(track, date.max)
    day = track.started_at.date()
    if track.unit == "workday" and track.limit == 0:
        while not works(day):
            day += timedelta(days=1)
    used, grace = 0, track.unit == "day" and track.limit == 0 and not works(day)
    while (day < until) if until is not None else (used < whole):
        day += timedelta(days=1)
        if is_paused(track, day, open_until):
            continue
        if track.unit == "workday":
            used += works(day)
        elif grace and used == limit_on(track, day):
            grace = not works(day)
        else:
            used += 1
            grace = used == limit_on(track, day) and not works(day)
    while until is None and grace and not works(day):
        day += timedelta(days=1)
        while is_paused(track, day, open_until):
            day += timedelta(days=1)
    return used, day


@st.composite
def tracks(draw: st.DrawFn) -> Track:
    """A clock with up to seven later entries in the order of time, pauses possibly overlapping."""
    start = draw(st.dates(date(2021, 1, 1), date(2027, 3, 1)))
    now = datetime.combine(start, time(9), SHANGHAI)
    unit, limit = draw(st.sampled_from(["workday", "day"])), draw(st.integers(0, 40))
    track = Track(unit=unit, limit=limit, started_at=now)
    for act in draw(st.lists(st.sampled_from(["pause", "pause", "resume", "resume", "extend", "stop"]), max_size=7)):
        now += timedelta(days=draw(st.integers(0, 12)), minutes=draw(st.integers(0, 300)))
        open_pauses = [index for index, pause in enumerate(track.pauses) if pause.until is None]
        if act == "pause":
            track = replace(track, pauses=(*track.pauses, Pause(since=now, until=None, reason="补正")))
        elif act == "resume" and open_pauses:
            pauses = list(track.pauses)
            index = draw(st.sampled_from(open_pauses))
            pauses[index] = replace(pauses[index], until=now)
            track = replace(track, pauses=tuple(pauses))
        elif act == "extend":
            extension = Extension(at=now, extra=draw(st.integers(1, 15)), reason="案情复杂")
            track = replace(track, extensions=(*track.extensions, extension))
        elif act == "stop":
            return replace(track, stopped_at=now)
    return track


def read(track: Track, moment: datetime) -> Measure:
    return measure(track, moment, calendar())


@settings(max_examples=400)
@given(tracks(), st.integers(0, 120))
def test_used_and_due_equal_those_of_the_day_by_day_walk(track: Track, later: int) -> None:
    moment = track.latest_at + timedelta(days=later)
    found = read(track, moment)
    today = (track.stopped_at or moment).date()
    assert found.used == walk(track, today, open_until=today)[0]
    assert found.due_on == walk(track, None, open_until=today - timedelta(days=1))[1]
    assert found.used + found.left == found.limit
    assert (found.left < 0) == (today > found.due_on and not is_only_paused(track, found, today))


def is_only_paused(track: Track, found: Measure, today: date) -> bool:
    """Whether every day past the due day was paused or off, so that nothing more was used."""
    used_by_due = walk(track, found.due_on, open_until=today)[0]
    return walk(track, today, open_until=today)[0] == used_by_due


@settings(max_examples=300)
@given(tracks(), st.lists(st.integers(0, 150), min_size=2, max_size=6))
def test_time_never_runs_backwards(track: Track, offsets: list[int]) -> None:
    moments = [track.started_at + timedelta(days=offset) for offset in sorted(offsets)]
    readings = [read(track, moment) for moment in moments]
    for before, after in pairwise(readings):
        assert after.used >= before.used
        assert after.due_on >= before.due_on
        assert after.left <= before.left + (after.limit - before.limit)


@settings(max_examples=200)
@given(tracks(), st.integers(0, 60))
def test_days_of_the_pauses_add_up(track: Track, later: int) -> None:
    moment = track.latest_at + timedelta(days=later)
    found = read(track, moment)
    unpaused = read(replace(track, pauses=()), moment)
    if track.unit == "workday":
        assert sum(pause.amount for pause in found.pauses) == unpaused.used - found.used


@given(st.dates(date(2020, 6, 1), date(2028, 6, 1)), st.integers(-300, 300))
def test_adding_workdays_equals_stepping(day: date, number: int) -> None:
    step, rest, reached = (1 if number > 0 else -1), abs(number), day
    while rest:
        reached += timedelta(days=step)
        rest -= works(reached)
    assert calendar().add(day, number) == reached
    if number > 0:
        assert calendar().count(day, reached) == number
        assert calendar().count(reached, day) == 0


@pytest.mark.parametrize(
    ("unit", "limit", "start", "due"),
    [
        ("workday", 5, "2026-09-28", "2026-10-10"),  # 国庆 Oct 1–7 off, Saturday Oct 10 is worked
        ("workday", 1, "2026-09-18", "2026-09-20"),  # Sunday worked in exchange
        ("workday", 0, "2026-11-03", "2026-11-03"),
        ("workday", 0, "2026-11-07", "2026-11-09"),  # filed on a Saturday
        ("day", 4, "2026-11-03", "2026-11-09"),  # ends on a Saturday: the Monday after
        ("day", 3, "2026-11-03", "2026-11-06"),
    ],
)
def test_due_day(unit: str, limit: int, start: str, due: str) -> None:
    track = Track(unit=unit, limit=limit, started_at=at(start))
    assert read(track, at(start)).due_on == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ("2026-11-20", 3, "2027-02-20"),
        ("2026-11-30", 3, "2027-02-28"),  # no 30 February: the last day of the month
        ("2027-11-30", 3, "2028-02-29"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-02-28", 12, "2027-02-28"),
    ],
)
def test_months_end_on_the_same_day_of_the_month(start: str, months: int, last: str) -> None:
    first = date.fromisoformat(start)
    assert first + timedelta(days=days_of_months(first, months)) == date.fromisoformat(last)


def test_a_moment_late_in_the_evening_in_utc_is_the_next_day_here() -> None:
    track = Track(unit="workday", limit=1, started_at=at("2026-11-04", 1))
    assert read(track, at("2026-11-04", 2)).due_on == date(2026, 11, 5)


def test_hours_pause_and_run_out() -> None:
    pause = Pause(since=at("2026-11-03", 10), until=at("2026-11-03", 12), reason="补正")
    track = Track(unit="hour", limit=2, started_at=at("2026-11-03", 9), pauses=(pause,))
    found = read(track, at("2026-11-03", 12, 30))
    assert (str(found.used), str(found.left), found.due_at) == ("1.5", "0.5", at("2026-11-03", 13))
    late = read(track, at("2026-11-03", 13, 1))
    assert (str(late.used), str(late.left)) == ("2.1", "-0.1")
    assert str(read(track, at("2026-11-03", 11)).used) == "1.0", "as it stood during the pause"


def test_extending_an_overdue_clock_does_not_rewrite_what_was_used() -> None:
    extension = Extension(at=at("2021-01-12"), extra=6, reason="案情复杂")
    track = Track(unit="day", limit=2, started_at=at("2021-01-01"), extensions=(extension,))
    before, after = read(track, at("2021-01-11")), read(track, at("2021-01-12"))
    assert (before.used, before.limit, before.due_on) == (9, 2, date(2021, 1, 4))
    assert (after.used, after.limit, after.due_on) == (10, 8, date(2021, 1, 10))
