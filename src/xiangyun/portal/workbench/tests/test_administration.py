"""The desks of administrators: the audit record and the grants, each for its own, without personal data."""

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from xiangyun.foundation.access import api as access
from xiangyun.foundation.audit import api as audit
from xiangyun.portal.workbench.tests.factories import desk_of
from xiangyun.service.cases import api as cases
from xiangyun.service.cases.tests.factories import BOSS, bring_to, citizen, official

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]

RECORDS, GRANTS = reverse("workbench:records"), reverse("workbench:grants")
HOSTILE = "<script>alert('坏')</script>𠮷"


def shown(username, place, **query):
    answer = desk_of(username).get(place, query)
    assert answer.status_code == 200
    return answer.content.decode()


def rows_of(answer):
    return list(load_workbook(io.BytesIO(answer.content)).active.values)


def note(**more):
    wanted = {
        "actor": official("nanguan.clerk"),
        "action": "accounts.login",
        "subject_type": "accounts.user",
        "subject_id": 1,
    }
    audit.record(**{**wanted, "at": timezone.now(), **more})


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("records", {"auditadmin"}),
        ("export_records", {"auditadmin"}),
        ("grants", {"auditadmin", "secadmin"}),
        ("export_grants", {"auditadmin", "secadmin"}),
    ],
)
def test_each_page_is_for_its_administrator(name, allowed):
    people = ["auditadmin", "secadmin", "sysadmin", "nanguan.supervisor", "nanguan.scjg.handler"]
    answers = {each: desk_of(each).get(reverse(f"workbench:{name}")).status_code for each in people}
    assert answers == {each: 200 if each in allowed else 403 for each in people}


def test_records_say_who_did_what_to_what_without_personal_data():
    bring_to("submitted", timezone.now())
    text = shown("auditadmin", RECORDS)
    for words in ("提交申请", "办件", "长春示例餐饮管理有限公司", "条记录摘要相符", "操作代码：cases.submit_case"):
        assert words in text
    assert citizen(BOSS).name not in text
    assert BOSS not in text


def test_text_of_people_is_escaped_and_its_numbers_are_masked():
    note(label=HOSTILE, reason=f"{HOSTILE}电话19900000016", details={"so": f"{BOSS}{HOSTILE}"}, actor=citizen(BOSS))
    note(action="files.store_file", subject_type="files.storedfile", label="韩示一六的身份证.jpg")
    note(action="gone.act", subject_type="gone.thing", label="旧系统")
    text = shown("auditadmin", RECORDS)
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
    assert [each for each in ("19900000016", BOSS, "韩示一六") if each in text] == []
    assert "***.jpg" in text
    assert "gone.act" in text


def test_records_are_found_by_case_object_person_day_and_risk():
    clerk, today = official("nanguan.clerk"), timezone.localdate()
    key = bring_to("review", timezone.now())
    page = cases.get_case_page(actor=clerk, case_key=key, at=timezone.now())
    note(label="很久以前", at=timezone.now() - timedelta(days=900))
    note(label="要紧的事", risk="high")
    for number in (page.project_no, page.query_code):
        by_case = shown("auditadmin", RECORDS, subject=number)
        assert ("受理" in by_case, "很久以前" in by_case) == (True, False)
    assert "受理" in shown("auditadmin", RECORDS, subject=f"cases.case:{page.id}")
    found = {
        "person": shown("auditadmin", RECORDS, operator="nanguan.clerk"),
        "other": shown("auditadmin", RECORDS, operator="chaoyang.clerk"),
        "since": shown("auditadmin", RECORDS, since=str(today)),
        "until": shown("auditadmin", RECORDS, until=str(today - timedelta(days=800))),
        "risk": shown("auditadmin", RECORDS, risk="high"),
    }
    assert [name for name, text in found.items() if "很久以前" in text] == ["person", "until"]
    assert [name for name, text in found.items() if "要紧的事" in text] == ["person", "since", "risk"]


@pytest.mark.parametrize(
    "query",
    [
        {"operator": "nobody"},
        {"subject": "没有这个编号"},
        {"subject": "nowhere.thing:1"},
        {"subject": "cases.case:"},
        {"subject": ":"},
        {"since": "2026-02-01", "until": "2026-01-01"},
        {"after": "999999999"},
    ],
)
def test_what_means_nothing_finds_nothing(query):
    text = shown("auditadmin", RECORDS, **query)
    assert "data-rows" not in text


@pytest.mark.parametrize(
    "query",
    [
        {"since": "2026-13-45", "until": "9999-12-31", "risk": "'", "after": "9" * 30},
        {"since": "0001-01-01", "operator": "%", "subject": ""},
    ],
)
def test_hostile_searches_are_ignored(query):
    note()
    assert "data-rows" in shown("auditadmin", RECORDS, **{**query, "operator": ""})
    assert desk_of("auditadmin").get(RECORDS, query).status_code == 200


def test_pages_of_records_follow_each_other(monkeypatch):
    for module in ("trail", "tables"):
        monkeypatch.setattr(f"xiangyun.portal.workbench.views.{module}.PAGE", 2)
    for number in range(3):
        note(label=f"第{number}条", risk="high")
    first = shown("auditadmin", RECORDS, risk="high")
    assert [f"第{n}条" in first for n in range(3)] == [False, True, True]
    last = audit.list_records(risk="high", limit=2)[-1]
    assert f"?risk=high&amp;after={last.id}" in first or f"?risk=high&after={last.id}" in first
    second = shown("auditadmin", RECORDS, risk="high", after=last.id)
    assert [f"第{n}条" in second for n in range(3)] == [True, False, False]


def test_a_record_that_was_altered_is_marked():
    note(label="被改过")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditrecord DISABLE TRIGGER USER")
        cursor.execute("UPDATE audit_auditrecord SET user_name = '李四' WHERE label = %s", ["被改过"])
        cursor.execute("ALTER TABLE audit_auditrecord ENABLE TRIGGER USER")
    text = shown("auditadmin", RECORDS)
    assert "本页 1 条记录与摘要不符" in text
    assert text.count(">摘要不符<") + text.count("摘要不符</span>") >= 1


def test_taking_records_away_is_on_record():
    note(label="要紧的事", risk="sensitive")
    wanted = {"risk": "sensitive", "operator": "nanguan.clerk"}
    rows = rows_of(desk_of("auditadmin").get(reverse("workbench:export_records"), wanted))
    assert [row[6] for row in rows] == ["对象", "要紧的事"]
    entry = audit.list_records(limit=1)[0]
    assert (entry.action, entry.user_name, entry.label) == ("audit.export_records", official("auditadmin").name, "1 条")
    assert entry.details == {"risk": "sensitive", "user_id": official("nanguan.clerk").user_id}
    assert "导出审计记录" in shown("auditadmin", RECORDS)


@pytest.mark.parametrize(("username", "place"), [("auditadmin", RECORDS), ("secadmin", GRANTS)])
def test_lists_cost_the_same_for_one_row_and_for_many(username, place):
    desk = desk_of(username)
    desk.get(place)
    with CaptureQueriesContext(connection) as few:
        desk.get(place, {"q": "nanguan.clerk", "operator": "nanguan.clerk", "subject": "seals.seal:1"})
    for _ in range(5):
        note(subject_type="seals.seal")
    with CaptureQueriesContext(connection) as many:
        desk.get(place, {"q": "南关", "operator": "nanguan.clerk", "subject": "seals.seal:1"})
    assert len(few) == len(many) <= 15


def test_grants_are_found_by_person_role_place_and_state():
    admin, today = official("secadmin"), timezone.localdate()
    ends = {"region_code": "220102000000", "at": timezone.now(), "valid_from": today - timedelta(days=9)}
    access.grant_role(
        actor=admin, user_id=official("nanguan.guide").user_id, role="window_clerk", reason=HOSTILE, **ends,
        valid_to=today - timedelta(days=1),
    )  # fmt: skip
    text = shown("secadmin", GRANTS, q="nanguan.guide")
    assert [
        words
        for words in ("综窗受理员", "导办帮办员", "已失效", "生效中", admin.name, "全部机构", "至 长期")
        if words not in text
    ] == []
    assert "<script>alert" not in text
    assert "已失效" in shown("secadmin", GRANTS, q="nanguan.guide", state="ended").split("data-rows")[1]
    rest = shown("secadmin", GRANTS, q="nanguan.guide", state="in_force", role="guide").split("data-rows")[1]
    assert ("导办帮办员" in rest, "综窗受理员" in rest) == (True, False)
    assert "nanguan.clerk" in shown("secadmin", GRANTS, q="吉林省长春市南关区")
    for query in ({"q": "没有这个人"}, {"role": "nonsense"}, {"q": HOSTILE}, {"state": "to_come"}):
        assert "没有符合条件的授权" in shown("secadmin", GRANTS, **query)


def test_grants_are_exported_as_searched():
    answer = desk_of("secadmin").get(reverse("workbench:export_grants"), {"q": "nanguan.clerk"})
    rows = rows_of(answer)
    assert rows[0][:3] == ("人员", "登录名", "角色")
    assert [row[1] for row in rows[1:]] == ["nanguan.clerk"]


def test_an_administrator_of_a_county_sees_its_grants_only():
    person = official("nanguan.hall")
    access.revoke_role(
        actor=official("secadmin"),
        grant_id=access.list_grants(user_id=person.user_id)[0].id,
        reason="调整",
        at=timezone.now(),
    )
    access.grant_role(
        actor=official("secadmin"),
        user_id=person.user_id,
        role="security_admin",
        region_code="220102000000",
        at=timezone.now(),
    )
    text = shown("nanguan.hall", GRANTS)
    assert "nanguan.clerk" in text
    assert "chaoyang.clerk" not in text
    assert "没有符合条件的授权" in shown("nanguan.hall", GRANTS, q="chaoyang.clerk")
