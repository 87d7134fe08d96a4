"""Pages of the desk: each serves its official, refuses the citizen, and costs the same however long its list is."""

import io
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.events import api as events
from xiangyun.portal.workbench.tests.factories import browser_of_citizen, desk_of
from xiangyun.service.cases import api as cases
from xiangyun.service.cases.tests.factories import BOSS, FIRM, FOOD, bring_to, draft, item_code, official, picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]


def now():
    return timezone.now()


def page(name, key, *more):
    return reverse(f"workbench:{name}", args=[key, *more])


def status_of(key):
    return cases.get_case_facts(case_key=key).status


def test_every_page_refuses_a_citizen():
    key, browser = bring_to("submitted", now()), browser_of_citizen()
    places = [
        reverse("workbench:todo"), reverse("workbench:export_todo"), reverse("workbench:cases"), reverse("workbench:export"),
        reverse("workbench:intake"), reverse("workbench:intake_items", args=["x"]), reverse("workbench:intake_open", args=["x", "y"]),
        reverse("workbench:upkeep"), reverse("workbench:records"), reverse("workbench:export_records"), reverse("workbench:grants"),
        reverse("workbench:export_grants"), reverse("workbench:items"), reverse("workbench:export_items"),
        reverse("workbench:seals"), reverse("workbench:export_seals"), page("case", key), page("process", key), page("paper", key, 1), page("file", key, "M008"), page("photo", key, uuid4()),
        page("intake_case", key), page("intake_done", key),
    ]  # fmt: skip
    assert {place: browser.get(place).status_code for place in places} == dict.fromkeys(places, 403)
    posts = [
        page("act", key), page("unmask", key), page("intake_draft", key), page("intake_scan", key, "M008"),
        reverse("workbench:replay", args=[1]),
    ]  # fmt: skip
    assert {place: browser.post(place).status_code for place in posts} == dict.fromkeys(posts, 403)


def test_pages_of_a_case_of_another_region_are_not_found():
    key, desk = bring_to("submitted", now()), desk_of("chaoyang.clerk")
    for name in ("case", "process", "intake_case", "intake_done"):
        assert desk.get(page(name, key)).status_code == 404
    assert desk.get(page("file", key, "M008")).status_code == 404
    assert desk.post(page("act", key), {"act": "accept"}).status_code in (403, 404)
    assert status_of(key) == cases.Status.SUBMITTED


def test_todo_lists_what_waits_with_counts_and_deadlines():
    key = bring_to("submitted", now())
    text = desk_of("nanguan.clerk").get(reverse("workbench:todo")).content.decode()
    assert "1 件等您办理" in text
    assert f"{page('case', key)}?queue=all" in text
    assert "日前受理" in text
    assert "没有等您办理的办件" in desk_of("nanguan.mzj.handler").get(reverse("workbench:todo")).content.decode()


@pytest.mark.parametrize(
    ("username", "place"),
    [
        ("nanguan.supervisor", "cases"),
        ("nanguan.hall", "cases"),
        ("nanguan.items", "items"),
        ("nanguan.publisher", "items"),
        ("nanguan.seals", "seals"),
        ("auditadmin", "records"),
        ("secadmin", "grants"),
        ("sysadmin", "upkeep"),
    ],
)
def test_who_is_given_no_cases_is_brought_to_what_they_have(username, place):
    answer = desk_of(username).get(reverse("workbench:todo"), follow=True)
    assert answer.redirect_chain == [(reverse(f"workbench:{place}"), 302)]
    assert answer.status_code == 200
    assert "待办" not in answer.content.decode()


def test_who_has_no_page_of_the_desk_is_told_so():
    text = desk_of("nanguan.guide").get(reverse("workbench:todo")).content.decode()
    assert "您的岗位不经办办件" in text
    assert "查办事指南" in text


def test_menu_shows_only_what_the_official_may_open():
    clerk = desk_of("nanguan.clerk").get(reverse("workbench:todo")).content.decode()
    admin = desk_of("sysadmin").get(reverse("workbench:upkeep")).content.decode()
    assert ("窗口收件" in clerk, "运行维护" in clerk) == (True, False)
    assert ("窗口收件" in admin, "运行维护" in admin, "办件查询" in admin) == (False, True, False)


@pytest.mark.parametrize("place", ["workbench:todo", "workbench:cases"])
def test_lists_cost_the_same_for_one_row_and_for_three(place):
    desk = desk_of("nanguan.scjg.handler")
    bring_to("review", now())
    desk.get(reverse(place))
    with CaptureQueriesContext(connection) as one:
        desk.get(reverse(place))
    bring_to("review", now()), bring_to("review", now())
    with CaptureQueriesContext(connection) as three:
        desk.get(reverse(place))
    assert len(one) == len(three) <= 15


@pytest.mark.parametrize(("name", "step"), [("case", "decide"), ("process", "decide"), ("intake_done", "review")])
def test_pages_of_a_case_cost_at_most_fifteen_queries(name, step):
    key, desk = bring_to(step, now()), desk_of("nanguan.clerk")
    desk.get(page(name, key))
    with CaptureQueriesContext(connection) as queries:
        assert desk.get(page(name, key)).status_code == 200
    assert len(queries) <= 15


def test_search_finds_by_code_and_by_status():
    key, desk = bring_to("review", now()), desk_of("nanguan.clerk")
    code = cases.get_case_page(actor=official("nanguan.clerk"), case_key=key, at=now()).query_code
    assert page("case", key) in desk.get(reverse("workbench:cases"), {"q": code}).content.decode()
    assert page("case", key) in desk.get(reverse("workbench:cases"), {"status": "in_review"}).content.decode()
    assert "没有符合条件的办件" in desk.get(reverse("workbench:cases"), {"q": "没有这个名称"}).content.decode()
    assert "没有符合条件的办件" in desk.get(reverse("workbench:cases"), {"overdue": "1"}).content.decode()
    assert desk.get(reverse("workbench:cases"), {"q": "%", "after": "9" * 30, "status": "'"}).status_code == 200


def test_the_queue_is_searched_and_exported_as_searched():
    key, desk = bring_to("submitted", now()), desk_of("nanguan.clerk")
    code = cases.get_case_page(actor=official("nanguan.clerk"), case_key=key, at=now()).query_code
    for text in (code, "食品", "长春示例", FIRM):
        assert page("case", key) in desk.get(reverse("workbench:todo"), {"q": text}).content.decode()
    assert "act=accept&amp;q=" in desk.get(reverse("workbench:todo"), {"q": "食品"}).content.decode()
    empty = desk.get(reverse("workbench:todo"), {"q": "没有"}).content.decode()
    assert "待办中没有符合条件的办件" in empty
    exported = desk.get(reverse("workbench:export_todo"), {"q": "没有"}).content
    assert len(list(load_workbook(io.BytesIO(exported)).active.values)) == 1


@pytest.mark.parametrize("text", ["示例餐饮", "餐饮管理有限", "19900000016", "长春示"])
def test_a_caller_is_found_by_mobile_and_by_a_part_of_the_firm(text):
    key, desk = bring_to("submitted", now()), desk_of("nanguan.clerk")
    for place in ("workbench:todo", "workbench:cases"):
        assert page("case", key) in desk.get(reverse(place), {"q": text}).content.decode()
        assert page("case", key) not in desk.get(reverse(place), {"q": "餐饮"}).content.decode(), "two are too few"


def test_what_is_due_today_or_late_is_said_first():
    today = bring_to("submitted", now())
    late, calm = bring_to("check", now() - timedelta(days=60)), bring_to("review", now())
    clerk, checker = desk_of("nanguan.clerk"), desk_of("nanguan.scjg.checker")
    assert "没有今日到期的" in clerk.get(reverse("workbench:todo")).content.decode()
    text = checker.get(reverse("workbench:todo"), {"urgent": "1"}).content.decode()
    assert ("1 件今日到期或已超期" in text, page("case", late) in text) == (True, True)
    assert page("case", calm) not in text + page("case", today)
    text = desk_of("nanguan.supervisor").get(reverse("workbench:cases")).content.decode()
    assert "1 件已超期" in text


def test_pages_of_a_searched_queue_follow_each_other():
    keys = [bring_to("submitted", now()) for _ in range(3)]
    clerk = official("nanguan.clerk")
    first = cases.list_desk(actor=clerk, at=now(), text="食品", limit=2)
    second = cases.list_desk(actor=clerk, at=now(), text="食品", limit=2, after=first.next_cursor)
    assert [row.key for row in (*first.rows, *second.rows)] == keys
    assert second.next_cursor is None


def test_an_export_that_was_cut_says_so(monkeypatch):
    for module in ("lists", "tables"):
        monkeypatch.setattr(f"xiangyun.portal.workbench.views.{module}.EXPORTED", 2)
    for _ in range(3):
        bring_to("submitted", now())
    rows = list(
        load_workbook(io.BytesIO(desk_of("nanguan.clerk").get(reverse("workbench:export")).content)).active.values
    )
    assert len(rows) == 4
    assert rows[-1][0] == "仅导出前 2 条，请缩小查询条件后分次导出"


def test_refusals_and_plain_pages_lead_officials_back_to_their_desk():
    desk = desk_of("nanguan.scjg.handler")
    refused = desk.get(reverse("workbench:intake")).content.decode()
    assert "回到待办" in refused
    assert "拨打 12345" not in refused
    account = desk.get(reverse("accounts:me")).content.decode()
    assert "办件查询" in account
    assert "运行维护" not in account
    assert "祥云工作台" in desk.get(reverse("account_change_password")).content.decode()
    lost = browser_of_citizen().get(reverse("workbench:todo")).content.decode()
    assert "回到首页" in lost


def test_an_opinion_that_came_too_late_can_be_copied():
    key = bring_to("decide", now() - timedelta(days=3))
    first, second = desk_of("nanguan.scjg.approver"), desk_of("nanguan.scjg.approver")
    first.post(page("act", key), {"act": "approve", "opinion": "准予"})
    answer = second.post(page("act", key), {"act": "deny", "opinion": "理由<script>"})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "您填写的意见没有提交" in text
    assert "汪示批已于" in text
    assert "办理“准予”，办件现为“待领取”，您的操作没有生效。" in text
    assert "理由&lt;script&gt;" in text
    assert status_of(key) == cases.Status.DELIVERING


def test_an_opinion_sent_when_the_login_had_ended_is_there_after_the_login():
    key, desk = bring_to("check", now()), desk_of("nanguan.scjg.checker")
    place = f"{page('case', key)}?queue=check"
    desk.get(place)
    desk.session.flush()
    sent = {"act": "check", "opinion": "登录失效前写下的<b>"}
    login = desk.post(page("act", key), sent, headers={"Referer": f"http://testserver{place}"})
    assert login.status_code == 302
    desk.force_login(get_user_model().objects.get(username="nanguan.scjg.checker"))
    text = desk.get(place).content.decode()
    assert "登录失效前写下的&lt;b&gt;</textarea>" in text
    assert "登录失效前填写的内容已为您保留" in text
    assert "登录失效前写下的" not in desk.get(place).content.decode()
    assert cases.get_case_facts(case_key=key).status == "in_review"


def test_a_long_opinion_is_kept_whole_and_one_too_long_is_refused_not_cut():
    key, desk = bring_to("check", now() - timedelta(days=3)), desk_of("nanguan.scjg.checker")
    whole = "\r\n".join(["经审核，材料真实有效。" * 9] * 20)
    refused = desk.post(page("act", key), {"act": "check", "opinion": whole + whole})
    assert refused.status_code == 422
    assert "意见最多2000字" in refused.content.decode()
    assert refused.content.decode().count("经审核") == 360, "what was typed is shown again"
    assert desk.post(page("act", key), {"act": "check", "opinion": whole}).status_code == 302
    done = cases.get_case_page(actor=official("nanguan.scjg.checker"), case_key=key, at=now())
    assert done.acts[-1].opinion == whole.replace("\r\n", "\n")


@pytest.mark.parametrize(("chosen", "method"), [("1", "窗口领取"), ("3", "电子送达")])
def test_delivery_is_offered_the_way_the_applicant_chose(monkeypatch, chosen, method):
    monkeypatch.setitem(FOOD, "delivery_method", chosen)
    text = desk_of("nanguan.scjg.issuer").get(page("case", bring_to("deliver"))).content.decode()
    assert re.findall(r'name="method" value="([^"]*)" checked', text) == [method]
    assert re.findall(r"> (\S+) <span[^>]*>申请人所选", text) == [method]


def test_what_is_fetched_at_the_window_stays_open_for_its_receipt_to_be_signed():
    keys = [bring_to("deliver", now() - timedelta(days=3)) for _ in range(2)]
    desk, data = desk_of("nanguan.scjg.issuer"), {"act": "deliver", "queue": "deliver"}
    fetched = data | {"method": "窗口领取", "receiver": "韩示一六", "title": "法定代表人（负责人）"}
    refused = desk.post(page("act", keys[0]), fetched | {"receiver": "林示三"})
    assert (refused.status_code, 'value="林示三"' in refused.content.decode()) == (422, True)
    answer = desk.post(page("act", keys[0]), fetched, follow=True)
    assert answer.redirect_chain[-1][0] == f"{page('case', keys[0])}?queue=deliver"
    text = answer.content.decode()
    assert "请打印送达回证" in text
    assert "办件已结束" in text
    assert "到场：韩示一六，法定代表人（负责人）" in text
    assert text.count(">送达回证<") == 1
    answer = desk.post(page("act", keys[1]), data | {"method": "电子送达"})
    assert answer.url == reverse("workbench:todo")


def test_search_is_refused_without_the_right_to_view_cases():
    assert desk_of("sysadmin").get(reverse("workbench:cases")).status_code == 403


@pytest.mark.parametrize("place", ["workbench:export", "workbench:export_todo"])
def test_export_holds_the_rows_and_no_personal_number(place):
    bring_to("submitted", now())
    answer = desk_of("nanguan.clerk").get(reverse(place))
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert rows[0][0] == "办件编号"
    assert [row[1] for row in rows[1:]] == ["食品经营许可（新办）"]
    assert "22000019880229933X" not in str(rows)


def test_accepting_opens_the_next_case_of_the_queue_and_then_the_list():
    first, second = bring_to("submitted", now()), bring_to("submitted", now())
    desk = desk_of("nanguan.clerk")
    answer = desk.post(page("act", first), {"act": "accept", "queue": "accept", "opinion": "材料齐全"})
    assert answer.url == f"{page('case', second)}?queue=accept"
    assert status_of(first) == cases.Status.IN_REVIEW
    assert desk.post(page("act", second), {"act": "accept", "queue": "all"}).url == reverse("workbench:todo")


def test_a_case_is_passed_over_without_being_touched():
    first, second = bring_to("submitted", now()), bring_to("submitted", now())
    desk = desk_of("nanguan.clerk")
    assert page("next", first) in desk.get(page("case", first), {"queue": "accept"}).content.decode()
    assert desk.get(page("next", first), {"queue": "accept"}).url == f"{page('case', second)}?queue=accept"
    assert desk.get(page("next", second), {"queue": "all"}).url == reverse("workbench:todo")
    assert status_of(first) == status_of(second) == cases.Status.SUBMITTED
    assert desk_of("chaoyang.clerk").get(page("next", first)).status_code == 404


@pytest.mark.parametrize(
    ("act", "status"), [("pre_review", cases.Status.PRE_REVIEW), ("receive", cases.Status.RECEIVED)]
)
def test_pre_review_and_receipt_stay_at_the_case(act, status):
    key = bring_to("submitted", now())
    answer = desk_of("nanguan.clerk").post(page("act", key), {"act": act, "queue": "accept"})
    assert answer.url == f"{page('case', key)}?queue=accept"
    assert status_of(key) == status


def test_supplement_asks_for_the_ticked_materials():
    key = bring_to("submitted", now())
    material = {"wanted": "M008", "wanted.M008": "请标明面积", "wanted.M009": "没有勾选"}
    desk_of("nanguan.clerk").post(page("act", key), {"act": "supplement", **material})
    view = cases.get_case_page(actor=official("nanguan.clerk"), case_key=key, at=now())
    assert {m.code: m.wanted_again for m in view.materials if m.wanted_again} == {"M008": "请标明面积"}


def test_a_refused_act_says_why_in_place_and_keeps_what_was_typed():
    key, desk = bring_to("submitted", now()), desk_of("nanguan.clerk")
    answer = desk.post(page("act", key), {"act": "refuse", "opinion": "  ", "competent_body": "宽城区市场监管局"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "没有办成" in text
    assert 'value="宽城区市场监管局"' in text
    assert 'id="act-refuse" data-key="4"' in text


def test_photos_of_the_inspection_are_in_the_file_for_who_may_see_the_case():
    key, desk = bring_to("special", now()), desk_of("nanguan.scjg.inspector")
    text = desk.get(page("case", key)).content.decode()
    assert ('enctype="multipart/form-data"' in text, 'capture="environment"' in text) == (True, True)
    data = {"act": "inspect", "opinion": "存在不符合项，已拍照留存"}
    wrong = SimpleUploadedFile("现场.pdf", b"%PDF-1.4 not a picture")
    refused = desk.post(page("act", key), data | {"photos": [wrong]})
    assert (refused.status_code, "只接受" in refused.content.decode()) == (422, True)
    assert desk.post(page("act", key), data | {"photos": [photo() for _ in range(10)]}).status_code == 422
    assert status_of(key) == cases.Status.SPECIAL_PROCEDURE
    assert desk.post(page("act", key), data | {"photos": [photo(), photo()]}).status_code == 302
    checker = desk_of("nanguan.scjg.checker")
    places = re.findall(r'href="(/desk/cases/[^"]+/photos/[^"]+)"', checker.get(page("case", key)).content.decode())
    assert len(set(places)) == 2
    assert checker.get(places[0])["Content-Type"] == "image/png"
    assert desk_of("chaoyang.clerk").get(places[0]).status_code == 404
    assert checker.get(places[0].replace(key, bring_to("check", now()))).status_code == 404


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("现场.png", picture().getvalue(), "image/png")


def test_an_act_that_is_not_due_is_refused_in_place():
    key = bring_to("submitted", now())
    answer = desk_of("nanguan.scjg.approver").post(page("act", key), {"act": "approve"})
    assert answer.status_code == 409
    assert "没有办成" in answer.content.decode()
    assert desk_of("nanguan.clerk").post(page("act", key), {"act": "nonsense"}).status_code == 404


def test_back_office_decides_the_whole_way():
    key = bring_to("review", now())
    acts = [
        ("handler", {"act": "special", "kind": "现场核查", "days": "5", "opinion": "核查后厨"}, "special_procedure"),
        ("inspector", {"act": "inspect", "opinion": "符合要求"}, "in_review"),
        ("checker", {"act": "check_back", "opinion": "请补充"}, "in_review"),
        ("handler", {"act": "review", "opinion": "拟同意"}, "in_review"),
        ("checker", {"act": "check", "opinion": "同意"}, "in_review"),
        ("approver", {"act": "approve", "opinion": "准予"}, "delivering"),
        ("issuer", {"act": "deliver", "method": "窗口领取", "receiver": "林示三", "title": "经办人"}, "completed"),
    ]
    for name, data, status in acts:
        desk = desk_of(f"nanguan.scjg.{name}")
        assert f'id="act-{data["act"]}"' in desk.get(page("case", key)).content.decode()
        assert desk.post(page("act", key), data).status_code == 302
        assert status_of(key) == status
    assert "办件已结束" in desk_of("nanguan.clerk").get(page("case", key)).content.decode()


def test_the_panel_shows_first_what_the_official_before_wrote():
    text = desk_of("nanguan.scjg.inspector").get(page("case", bring_to("special", now()))).content.decode()
    assert "核查后厨" in text[text.index('class="said"') : text.index("decide-choices")]
    text = desk_of("nanguan.clerk").get(page("case", bring_to("submitted", now()))).content.decode()
    assert 'class="said"' not in text, "nobody has written anything"
    assert 'value="refuse" id="act-refuse"' in text
    assert text.count("data-needs-opinion") == 2


def test_a_draft_is_not_on_the_desk():
    assert desk_of("nanguan.clerk").get(page("case", draft(at=now()))).status_code == 404


def test_unmasking_needs_a_reason_and_is_on_record():
    key, desk = bring_to("submitted", now()), desk_of("nanguan.clerk")
    assert desk.post(page("unmask", key), {"reason": " "}).status_code == 422
    assert "19900000016" in desk.post(page("unmask", key), {"reason": "电话核实"}).content.decode()
    assert "19900000016" not in desk.get(page("case", key)).content.decode()
    assert any(record.reason == "电话核实" for record in audit.list_records(limit=50))


def test_papers_and_files_open_inline():
    key, desk = bring_to("review", now()), desk_of("nanguan.clerk")
    view = cases.get_case_page(actor=official("nanguan.clerk"), case_key=key, at=now())
    answer = desk.get(page("paper", key, view.papers[0].id))
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    file = desk.get(page("file", key, "M008"))
    assert file["Content-Type"] == "image/png"
    assert file["Content-Security-Policy"].startswith("sandbox"), "the rule of files, as in the hall"
    assert desk.get(page("file", key, "M999")).status_code == 404
    other = bring_to("review", now())
    assert desk.get(page("paper", other, view.papers[0].id)).status_code == 404


def test_process_view_shows_the_token():
    text = desk_of("nanguan.scjg.approver").get(page("process", bring_to("check", now()))).content.decode()
    assert "process-drawing-data" in text
    assert "现场核查" in text


def test_upkeep_replays_a_dead_delivery():
    desk = desk_of("sysadmin")
    assert "没有投递失败的事件" in desk.get(reverse("workbench:upkeep")).content.decode()
    assert desk.post(reverse("workbench:replay", args=[10**9])).status_code == 404
    for name in ("upkeep", "export_dead"):
        assert desk_of("nanguan.clerk").get(reverse(f"workbench:{name}")).status_code == 403


def test_upkeep_shows_and_replays_what_failed():
    def fail(event, *, at):
        raise RuntimeError("接收方不可用")

    from xiangyun.service.cases.events import CaseSubmitted

    events.subscribe(CaseSubmitted, fail, key="test.fails")
    try:
        bring_to("submitted", now())
        for days in range(8):
            events.deliver_due(at=now() + timedelta(days=days))
        (dead,) = events.list_dead_deliveries()
        desk = desk_of("sysadmin")
        assert "接收方不可用" in desk.get(reverse("workbench:upkeep"), {"q": "不可用"}).content.decode()
        assert "没有含“别的”的投递失败" in desk.get(reverse("workbench:upkeep"), {"q": "别的"}).content.decode()
        sheet = load_workbook(
            io.BytesIO(desk.get(reverse("workbench:export_dead"), {"q": "test.fails"}).content)
        ).active
        assert [row[2] for row in sheet.values] == ["接收方", "test.fails"]
        assert desk.post(reverse("workbench:replay", args=[dead.id])).status_code == 302
        assert events.count_dead() == 0
    finally:
        events.unsubscribe(CaseSubmitted, key="test.fails")


def test_scan_is_attached_by_the_window_and_refused_when_empty():
    desk = desk_of("nanguan.clerk")
    case = cases.open_window_case(
        actor=official("nanguan.clerk"),
        citizen_id=BOSS,
        principal=FIRM,
        handle_item_code=item_code(),
        situation={"biz": "sale", "auto": "n"},
        request_id="scan",
        at=now(),
    )
    key, scan = str(case.key), picture()
    scan.name = "扫描.png"
    assert desk.post(page("intake_scan", key, "M008"), {"file": scan}).status_code == 302
    view = cases.get_case_page(actor=official("nanguan.clerk"), case_key=key, at=now())
    assert next(m.source_note for m in view.materials if m.code == "M008") == "窗口扫描，已核对原件"
    assert desk.post(page("intake_scan", key, "M008")).status_code == 422
    assert desk.get(page("case", str(uuid4()))).status_code == 404
