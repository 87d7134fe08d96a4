"""The lists and the clock on the page of a case say the same on every day, also on days off."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from xiangyun.portal.workbench.templatetags import desk
from xiangyun.service.cases import api as cases
from xiangyun.service.cases.tests.factories import bring_to, official

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]
OVERDUE = cases.CaseFilter(overdue=True)


def noon(year, month, day):
    return timezone.make_aware(datetime(year, month, day, 12, 0))


def read(key, at):
    """Return what the page, the list, the desk and the filter for overdue cases say."""
    supervisor, handler = official("nanguan.supervisor"), official("nanguan.scjg.handler")
    page = cases.get_case_page(actor=supervisor, case_key=key, at=at)
    clock = next(each for each in page.clocks if each.kind == "promise")
    (row,) = cases.list_scope_cases(actor=supervisor, at=at).rows
    (waiting,) = cases.list_desk(actor=handler, at=at).rows
    late = cases.list_scope_cases(actor=supervisor, at=at, narrowed=OVERDUE).rows
    return clock, row, waiting, bool(late)


@pytest.mark.parametrize(
    "accepted",
    [noon(2026, 11, 6), noon(2026, 9, 14), noon(2026, 2, 2)],
    ids=["周末", "国庆", "春节"],
)
def test_list_filter_and_clock_agree_on_every_day(accepted):
    key = bring_to("review", accepted)
    seen = set()
    for days in range(1, 30):
        clock, row, waiting, is_listed = read(key, accepted + timedelta(days=days))
        assert row.days_left == waiting.days_left == clock.left
        assert (row.days_left < 0) == clock.is_overdue == is_listed
        assert row.due_on == clock.due_on
        seen.add(clock.is_overdue)
    assert seen == {False, True}


def test_nothing_is_late_on_the_weekend_after_a_friday_due_day():
    key = bring_to("review", noon(2026, 11, 6))
    friday, saturday, monday = (read(key, noon(2026, 11, day))[0] for day in (20, 21, 23))
    assert (friday.due_on, friday.left, friday.summary) == (date(2026, 11, 20), 0, "已用10个工作日，今日到期")
    assert (saturday.left, saturday.is_overdue) == (0, False)
    assert "休息日不计" in saturday.summary
    assert [span.kind for span in saturday.spans] == ["used"]
    assert (monday.left, monday.is_overdue) == (-1, True)
    assert monday.spans[-1].kind == "overdue"


def test_deadlines_are_put_into_words(monkeypatch):
    key = bring_to("review", noon(2026, 11, 6))
    words = {}
    for day in (17, 20, 21, 23):
        monkeypatch.setattr(timezone, "localdate", lambda value=None, day=day: date(2026, 11, day))
        words[day] = desk.deadline(read_row(key, noon(2026, 11, day)))["text"]
    assert words == {17: "剩 3 个工作日", 20: "今日到期", 21: "已到期", 23: "超期 1 个工作日"}


def test_a_step_whose_limit_is_up_goes_before_a_promise_that_has_days_left():
    at = noon(2026, 11, 9)
    bring_to("review", at)
    handler = official("nanguan.scjg.handler")
    (row,) = cases.list_desk(actor=handler, at=at).rows
    late = replace(row, step_due_at=timezone.now() - timedelta(days=1), days_left=8)
    assert desk.deadline(late)["text"] == "审查超期"
    assert desk.deadline(replace(late, days_left=-1))["text"] == "超期 1 个工作日"
    assert desk.deadline(replace(late, step_due_at=timezone.now() + timedelta(days=2)))["text"] == "剩 8 个工作日"
    assert cases.count_urgent(actor=handler, at=at) == 0
    assert cases.count_urgent(actor=handler, at=row.step_due_at) == 1
    assert row.days_left > 0


def read_row(key, at):
    return next(
        row for row in cases.list_scope_cases(actor=official("nanguan.supervisor"), at=at).rows if row.key == key
    )


def test_the_filter_for_overdue_costs_the_same_for_one_case_and_for_three():
    accepted, late = noon(2026, 11, 2), noon(2026, 11, 20)
    supervisor = official("nanguan.supervisor")

    def listed():
        return len(cases.list_scope_cases(actor=supervisor, at=late, narrowed=OVERDUE).rows)

    bring_to("review", accepted)
    listed()
    with CaptureQueriesContext(connection) as one:
        assert listed() == 1
    bring_to("review", accepted), bring_to("review", accepted)
    with CaptureQueriesContext(connection) as three:
        assert listed() == 3
    assert len(one) == len(three) <= 8
