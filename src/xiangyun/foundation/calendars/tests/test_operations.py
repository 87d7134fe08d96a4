"""Clocks through their operations: entries, refusals, explanations, drawing, bulk reading."""

from datetime import date, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from xiangyun.foundation.calendars import api
from xiangyun.foundation.calendars.errors import BackdatedAct, ClockExists, ClockStopped, NotPaused, UnknownClock
from xiangyun.foundation.calendars.models import CalendarDay, Clock, ClockEntry
from xiangyun.foundation.calendars.operations import refresh_due_days
from xiangyun.foundation.calendars.tests.factories import at, make_calendar, make_local_holiday
from xiangyun.foundation.packs.api import clear_content_caches
from xiangyun.foundation.regions.tests.factories import make_jilin
from xiangyun.kit.actors import SYSTEM, Actor
from xiangyun.kit.errors import ValidationError

pytestmark = pytest.mark.django_db
CLERK = Actor(user_id=7, name="王岚", is_official=True)
NANGUAN = "220000000000/220100000000/220102000000/"
YANJI = "220000000000/222400000000/222401000000/"


@pytest.fixture(autouse=True)
def _calendar() -> None:
    make_calendar()


def start(
    subject: int = 1, *, kind: str = "promise", limit: int = 5, unit: str = "workday", on: str = "2026-11-02",
    path: str = NANGUAN,
) -> api.ClockRef:  # fmt: skip
    return api.start_clock(
        kind=kind, unit=unit, limit=limit, subject_type="case", subject_id=subject, region_path=path, at=at(on),
        actor=CLERK, basis="行政许可法第四十二条",
    )  # fmt: skip


def read(clock: api.ClockRef, moment: str) -> api.ClockReading:
    return api.read_clock(clock_id=clock.id, at=at(moment, 15))


def stop(clock: api.ClockRef, on: str, actor: Actor = CLERK) -> list[api.ClockRef]:
    """Stop all clocks of the subject whose clock this is."""
    return api.stop_clocks(subject_type=clock.subject_type, subject_id=clock.subject_id, at=at(on), actor=actor)


def pause(clock: api.ClockRef, on: str, reason: str = "补正") -> api.ClockRef:
    return api.pause_clock(clock_id=clock.id, reason=reason, at=at(on), actor=CLERK)


def resume(clock: api.ClockRef, on: str, reason: str | None = None) -> api.ClockRef:
    return api.resume_clock(clock_id=clock.id, at=at(on), actor=CLERK, reason=reason)


def test_start_projects_the_due_day_and_writes_an_entry() -> None:
    clock = start()
    assert (clock.state, clock.due_on, clock.started_on) == ("running", date(2026, 11, 9), date(2026, 11, 2))
    entry = ClockEntry.objects.get(clock_id=clock.id)
    assert (entry.act, entry.actor_id, entry.actor_name, entry.due_on) == ("start", 7, "王岚", date(2026, 11, 9))
    reading = read(clock, "2026-11-04")
    assert (reading.used, reading.left, reading.limit, reading.is_overdue) == (2, 3, 5, False)
    assert reading.explanation == [
        "承诺时限5个工作日，自2026年11月2日起算（当日不计）",
        "已用2个工作日，还剩3个工作日，11月9日到期",
    ]


def test_a_pause_is_explained_with_its_days_and_reason() -> None:
    clock = start()
    paused = pause(clock, "2026-11-02")
    assert (paused.state, paused.due_on) == ("paused", date(2026, 11, 9))
    during = read(clock, "2026-11-04")
    assert (during.state, during.used, during.left, during.due_on) == ("paused", 0, 5, date(2026, 11, 10))
    assert during.explanation[1:] == [
        "因补正自11月2日起暂停计时，已扣除2个工作日",
        "已用0个工作日，计时暂停中，恢复后还剩5个工作日",
    ]
    resumed = resume(clock, "2026-11-06")
    assert (resumed.state, resumed.due_on) == ("running", date(2026, 11, 12))
    assert read(clock, "2026-11-12").explanation[1:] == [
        "因补正暂停3个工作日（11月3日至11月5日）",
        "已用5个工作日，今日到期",
    ]
    assert read(clock, "2026-11-13").explanation[-1] == "已超期1个工作日（应于11月12日前办结）"
    assert read(clock, "2026-11-13").is_overdue
    assert read(clock, "2026-11-04").used == 0, "the past reads as it was"


def test_a_pause_ended_on_the_next_day_takes_nothing() -> None:
    clock = start()
    pause(clock, "2026-11-03")
    resume(clock, "2026-11-04")
    assert read(clock, "2026-11-04").explanation[1] == "因补正暂停不足1个工作日，不扣除（11月3日）"
    assert read(clock, "2026-11-04").used == 2


def test_overlapping_pauses_count_once_and_end_by_reason() -> None:
    clock = start()
    pause(clock, "2026-11-02", "现场核查")
    pause(clock, "2026-11-03", "补正")
    assert resume(clock, "2026-11-06", "现场核查").state == "paused"
    assert resume(clock, "2026-11-10").state == "running"
    reading = read(clock, "2026-11-10")
    assert reading.explanation[1:3] == [
        "因现场核查暂停3个工作日（11月3日至11月5日）",
        "因补正暂停2个工作日（11月4日至11月9日）",
    ]
    assert reading.used == 1
    with pytest.raises(NotPaused):
        resume(clock, "2026-11-11")


def test_an_extension_moves_the_due_day() -> None:
    clock = start(kind="legal", limit=20)
    api.extend_clock(
        clock_id=clock.id, days=10, reason="案情复杂", approver="李局长", at=at("2026-11-20"), actor=CLERK
    )  # fmt: skip
    reading = read(clock, "2026-11-20")
    assert (reading.limit, reading.used, reading.left, reading.due_on) == (30, 14, 16, date(2026, 12, 14))
    assert reading.explanation[1] == "经李局长批准延长10个工作日，原因：案情复杂"
    assert read(clock, "2026-11-19").limit == 20


def test_all_clocks_of_a_subject_stop_at_once() -> None:
    legal, promise = start(kind="legal", limit=20), start()
    pause(legal, "2026-11-04")
    other = start(2)
    stopped = stop(promise, "2026-11-05")
    assert [(clock.id, clock.state) for clock in stopped] == [(legal.id, "stopped"), (promise.id, "stopped")]
    assert Clock.objects.get(id=other.id).state == "running"
    with pytest.raises(BackdatedAct):
        stop(other, "2026-10-30")


def test_a_stopped_clock_stands_and_takes_no_more_entries() -> None:
    clock = start()
    stop(clock, "2026-11-05")
    for moment in ("2026-11-05", "2027-03-01"):
        reading = read(clock, moment)
        assert (reading.state, reading.used, reading.left) == ("stopped", 3, 2)
        assert reading.stopped_on == date(2026, 11, 5)
        assert reading.explanation[-1] == "11月5日停止计时，共用3个工作日"
    for act in (pause, resume):
        with pytest.raises(ClockStopped):
            act(clock, "2026-11-06")
    assert stop(clock, "2026-11-06") == []
    start(on="2026-11-06")  # a new one of the same kind may follow


def test_refusals_leave_nothing_behind() -> None:
    clock = start()
    pause(clock, "2026-11-04")
    with pytest.raises(ClockExists):
        start()
    with pytest.raises(BackdatedAct):
        resume(clock, "2026-11-03")
    with pytest.raises(UnknownClock):
        api.pause_clock(clock_id=0, reason="补正", at=at("2026-11-04"), actor=CLERK)
    with pytest.raises(ValidationError):
        api.pause_clock(clock_id=clock.id, reason=" ", at=at("2026-11-04"), actor=CLERK)
    for days in (0, -1, 4_000):
        with pytest.raises(ValidationError):
            api.extend_clock(clock_id=clock.id, days=days, reason="x", at=at("2026-11-05"), actor=CLERK)
    for unit, limit in (("week", 1), ("workday", -1), ("hour", 0), ("day", 4_000)):
        with pytest.raises(ValidationError):
            start(2, unit=unit, limit=limit)
    assert list(ClockEntry.objects.order_by("id").values_list("act", flat=True)) == ["start", "pause"]


def test_a_local_holiday_counts_only_at_its_place() -> None:
    regions = make_jilin()
    make_local_holiday(regions["2224"], month=9, day=3)
    assert start(1, on="2026-09-01", limit=3).due_on == date(2026, 9, 4)
    assert start(2, on="2026-09-01", limit=3, path=YANJI).due_on == date(2026, 9, 7)
    assert not api.is_workday(day=date(2027, 9, 3), region_path=YANJI)
    assert api.count_workdays(after=date(2026, 9, 1), until=date(2026, 9, 4), region_path=YANJI) == 2
    assert api.add_workdays(day=date(2026, 9, 2), n=1, region_path=YANJI) == date(2026, 9, 4)


def test_a_year_without_a_notice_is_marked_provisional() -> None:
    reading = read(start(limit=60, on="2026-12-01"), "2026-12-02")
    assert reading.is_provisional
    assert reading.explanation[1] == "部分年份的放假安排尚未公布，暂按双休日推算，到期日可能变动"


def test_a_new_calendar_moves_due_days_of_open_clocks() -> None:
    running, paused, stopped = start(1), start(2), start(3)
    pause(paused, "2026-11-03")
    stop(stopped, "2026-11-03")
    assert refresh_due_days(at=at("2026-11-03")) == 0
    CalendarDay.objects.filter(day=date(2026, 11, 4)).update(kind="holiday", is_workday=False)
    clear_content_caches()
    assert refresh_due_days(at=at("2026-11-03")) == 2
    dues = [Clock.objects.get(id=clock.id).due_on for clock in (running, paused, stopped)]
    assert dues == [date(2026, 11, 10), date(2026, 11, 10), date(2026, 11, 9)]


def test_the_drawing_is_to_scale() -> None:
    clock = start()
    pause(clock, "2026-11-03")
    resume(clock, "2026-11-06")
    reading = read(clock, "2026-11-06")
    assert [(span.kind, span.since.day, span.until.day) for span in reading.spans] == [
        ("used", 3, 3),
        ("paused", 4, 5),
        ("used", 6, 6),
        ("left", 7, 11),
    ]
    assert sum(span.share for span in reading.spans) == pytest.approx(1)
    assert reading.spans[0].share == pytest.approx(1 / 9)
    late = read(clock, "2026-11-16").spans
    assert [(span.kind, span.label) for span in late][-1] == ("overdue", "超期")
    assert [span.kind for span in read(start(9, limit=0), "2026-11-02").spans] == ["left"]


def test_a_clock_of_months_is_read_in_days_and_ends_on_a_working_day() -> None:
    clock = start(kind="legal", unit="month", limit=3, on="2026-11-20")
    assert (clock.unit, clock.limit, clock.due_on) == ("month", 3, date(2027, 2, 22))  # 20 February is a Saturday
    reading = read(clock, "2026-12-01")
    assert (reading.unit, reading.unit_name, reading.limit, reading.used, reading.left) == ("day", "日", 92, 11, 81)
    assert reading.explanation[0] == "法定时限3个月，自2026年11月20日起算（当日不计），共92日"
    pause(clock, "2026-12-01", "现场核查")
    assert resume(clock, "2026-12-05").due_on == date(2027, 2, 23)  # three days later
    assert read(clock, "2026-12-05").explanation[1] == "因现场核查暂停3日（12月2日至12月4日）"


def test_a_limit_out_of_bounds_is_refused() -> None:
    for unit, limit in (("month", 0), ("month", 121), ("hour", 0), ("workday", 3651), ("year", 1)):
        with pytest.raises(ValidationError):
            start(unit=unit, limit=limit)


def test_many_clocks_are_read_in_two_queries(django_assert_num_queries) -> None:
    for subject in range(1, 51):
        clock = start(subject)
        start(subject, kind="legal", limit=20)
        pause(clock, "2026-11-03")
    moment: datetime = at("2026-11-05")
    api.read_clocks_for(subject_type="case", subject_ids=[1], at=moment)
    with django_assert_num_queries(2):
        found = api.read_clocks_for(subject_type="case", subject_ids=range(51), at=moment)
    assert len(found) == 50
    assert [(reading.kind, reading.used) for reading in found[50]] == [("promise", 1), ("legal", 3)]


def test_the_system_may_act_and_entries_can_be_read_by_kind() -> None:
    clock = start()
    stop(clock, "2026-11-03", SYSTEM)
    entry = ClockEntry.objects.latest("id")
    assert (entry.actor_id, entry.actor_name) == (None, "系统")


def test_the_database_refuses_to_change_entries() -> None:
    clock = start()
    with connection.cursor() as cursor:
        cursor.execute("select 1 from pg_trigger where tgname = 'calendars_entries_final'")
        if cursor.fetchone() is None:
            pytest.skip("tables were made without migrations")
    entries = ClockEntry.objects.filter(clock_id=clock.id)
    for change in (lambda: entries.update(reason="x"), entries.delete):
        with pytest.raises(DatabaseError, match="不可修改或删除"), transaction.atomic():
            change()
