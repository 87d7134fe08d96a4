"""The desks of those who keep items and seals: what the bodies in their scope have."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from xiangyun.foundation.organisations import api as organisations
from xiangyun.portal.workbench.tests.factories import desk_of
from xiangyun.service.cases.tests.factories import official
from xiangyun.service.items import api as items
from xiangyun.service.seals import api as seals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]

KEEPERS = [("nanguan.items", "items"), ("nanguan.publisher", "items"), ("nanguan.seals", "seals")]


def shown(username, name, **query):
    answer = desk_of(username).get(reverse(f"workbench:{name}"), query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("name", "allowed"), [("items", {"nanguan.items"}), ("seals", {"nanguan.seals", "nanguan.supervisor"})]
)
def test_each_list_is_for_those_who_keep_it(name, allowed):
    people = ["nanguan.items", "nanguan.seals", "nanguan.supervisor", "nanguan.scjg.handler", "sysadmin"]
    for place in (name, f"export_{name}"):
        answers = {each: desk_of(each).get(reverse(f"workbench:{place}")).status_code for each in people}
        assert answers == {each: 200 if each in allowed else 403 for each in people}


def test_items_of_the_own_county_are_found_by_name_code_body_and_state():
    manager = official("nanguan.items")
    row = items.list_implementations_in_scope(actor=manager, text="食品经营许可")[0]
    for text in (row.task_code, row.title, row.department_name):
        assert row.task_code in shown("nanguan.items", "items", q=text)
    whole = shown("nanguan.items", "items")
    assert "第 1 版" in whole
    assert "朝阳区" not in whole
    assert row.task_code in shown("nanguan.items", "items", q=row.task_code, status="published")
    for query in ({"q": "没有这个名称"}, {"status": "cancelled"}, {"q": "<script>%"}):
        assert "没有符合条件的事项" in shown("nanguan.items", "items", **query)
    assert "<script>%" not in shown("nanguan.items", "items", q="<script>%")


def test_pages_of_items_follow_each_other(monkeypatch):
    for module in ("holdings", "tables"):
        monkeypatch.setattr(f"xiangyun.portal.workbench.views.{module}.PAGE", 2)
    rows = items.list_implementations_in_scope(actor=official("nanguan.items"), limit=3)
    first, second = shown("nanguan.items", "items"), shown("nanguan.items", "items", after=rows[1].id)
    assert [row.task_code in first for row in rows] == [True, True, False]
    assert [row.task_code in second for row in rows] == [False, False, True]


def test_seals_say_whose_they_are_and_how_long_they_hold():
    body = organisations.get_department(key="mzj-220102")
    if seals.find_seal(department_id=body.id) is None:
        seals.make_seal(actor=official("nanguan.seals"), department_id=body.id, at=timezone.now())
    row = seals.list_seals_in_scope(actor=official("nanguan.seals"))[0]
    text = shown("nanguan.seals", "seals", q=row.code)
    assert [
        words for words in (row.name, row.department_name, "有效", f"{row.valid_to:%Y}-") if words not in text
    ] == []
    seals.freeze_seal(actor=official("nanguan.seals"), seal_id=row.id, reason="核查<b>", at=timezone.now())
    text = shown("nanguan.seals", "seals", status="frozen")
    assert "核查&lt;b&gt;" in text
    assert "没有符合条件的印章" in shown("nanguan.seals", "seals", status="revoked")


@pytest.mark.parametrize(("username", "name"), KEEPERS)
def test_lists_are_exported_as_searched_and_cost_the_same_however_long(username, name):
    desk, place = desk_of(username), reverse(f"workbench:{name}")
    sheet = load_workbook(io.BytesIO(desk.get(reverse(f"workbench:export_{name}"), {"q": "没有"}).content)).active
    assert len(list(sheet.values)) == 1
    desk.get(place)  # what a process keeps of the pack is read once
    with CaptureQueriesContext(connection) as few:
        desk.get(place, {"q": "没有"})
    with CaptureQueriesContext(connection) as many:
        desk.get(place)
    assert len(few) == len(many) <= 15
