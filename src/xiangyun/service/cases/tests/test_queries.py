"""Lists of cases: whose, in which order, and at what cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xiangyun.kit.errors import NotAllowed
from xiangyun.service.cases import api as cases
from xiangyun.service.cases.tests.factories import AT, BOSS, ELDER, FIRM, bring_to, citizen, official

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]


def test_desk_shows_only_what_waits_for_this_official():
    bring_to("submitted"), bring_to("review")
    assert cases.count_desk(actor=official("nanguan.clerk")) == {"accept": 1}
    assert cases.count_desk(actor=official("nanguan.scjg.handler")) == {"review": 1}
    assert cases.count_desk(actor=official("nanguan.mzj.handler")) == {}
    assert [row.step_name for row in cases.list_desk(actor=official("nanguan.clerk"), at=AT).rows] == ["受理"]


@pytest.mark.parametrize(
    "read",
    [
        lambda: cases.list_desk(actor=official("nanguan.scjg.handler"), at=AT),
        lambda: cases.list_scope_cases(actor=official("nanguan.supervisor"), at=AT),
        lambda: cases.list_my_cases(actor=citizen(BOSS, FIRM), at=AT),
    ],
)
def test_lists_cost_the_same_for_one_row_and_for_three(read):
    bring_to("review")
    read()
    with CaptureQueriesContext(connection) as one:
        assert len(read().rows) == 1
    bring_to("review"), bring_to("review")
    with CaptureQueriesContext(connection) as three:
        assert len(read().rows) == 3
    assert len(one) == len(three) <= 15


def test_pages_follow_each_other_without_gaps():
    keys = [bring_to("submitted") for _ in range(3)]
    first = cases.list_my_cases(actor=citizen(BOSS, FIRM), at=AT, limit=2)
    second = cases.list_my_cases(actor=citizen(BOSS, FIRM), at=AT, limit=2, after=first.next_cursor)
    assert [row.key for row in (*first.rows, *second.rows)] == keys[::-1]
    assert second.next_cursor is None


def test_scope_list_finds_by_number_name_and_code_and_shows_no_foreign_region():
    key = bring_to("received")
    supervisor = official("nanguan.supervisor")
    number = cases.get_case_page(actor=supervisor, case_key=key, at=AT).project_no
    for text in (number, FIRM, "长春示例"):
        found = cases.list_scope_cases(actor=supervisor, narrowed=cases.CaseFilter(text=text), at=AT)
        assert [row.key for row in found.rows] == [key]
    assert cases.list_scope_cases(actor=official("chaoyang.supervisor"), at=AT).rows == []
    with pytest.raises(NotAllowed):
        cases.list_scope_cases(actor=citizen(ELDER), at=AT)


def test_deadline_is_counted_in_working_days():
    bring_to("review")
    row = cases.list_my_cases(actor=citizen(BOSS, FIRM), at=AT + timedelta(days=1)).rows[0]
    assert (row.days_left, row.urgency) == (9, "normal")
    late = cases.list_my_cases(actor=citizen(BOSS, FIRM), at=AT + timedelta(days=30)).rows[0]
    assert late.urgency == "overdue"


def test_personal_data_is_masked_and_shown_in_full_only_with_a_reason():
    key, clerk = bring_to("review"), official("nanguan.clerk")
    assert cases.get_case_page(actor=clerk, case_key=key, at=AT).contact_mobile == "199****0016"
    shown = cases.unmask_applicant(actor=clerk, case_key=key, reason="电话通知申请人补充说明", at=AT)
    assert shown["contact_mobile"] == "19900000016"
