"""Window intake from the card to the receipt."""

import json
import re
from datetime import date
from urllib.parse import unquote

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from xiangyun.foundation.accounts import api as accounts
from xiangyun.kit.codes import make_citizen_id
from xiangyun.portal.workbench.tests.factories import desk_of
from xiangyun.service.cases import api as cases
from xiangyun.service.cases.tests.factories import (
    AGENT,
    BOSS,
    FIRM,
    JOBLESS,
    bring_to,
    citizen,
    draft,
    item_code,
    official,
    picture,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]
JOBLESS_ITEM = ("jiuyj-220102", "222014009000", "01")


def identify(desk, citizen_id=JOBLESS, **more):
    return desk.post(reverse("workbench:intake"), {"citizen_id": citizen_id, **more})


def open_item(desk, place, code, request_id="r1", **situation):
    data = {"item": code, "request_id": request_id, **{f"s-{name}": value for name, value in situation.items()}}
    return desk.post(f"{place}{code[:-2]}/", data)


def test_instant_item_is_done_from_card_to_receipt():
    desk = desk_of("nanguan.clerk")
    place = identify(desk).url
    text = desk.get(place, {"q": "失业登记"}).content.decode()
    assert "周示六" in text
    assert JOBLESS not in text + unquote(place)
    code = item_code(*JOBLESS_ITEM)
    assert f"{place}{code[:-2]}/" in text
    intake = open_item(desk, place, code, kind="other").url
    form = desk.get(intake)
    assert "当场办结" in form.content.decode()
    answer = desk.post(intake, filled(form), follow=True)
    text = answer.content.decode()
    assert answer.redirect_chain[-1][0] == f"{intake}done/"
    assert re.search(r'receipt-code num">\d+', text)
    assert "收件凭证" in text
    key = intake.split("/")[-2]
    assert cases.get_case_facts(case_key=key).status in (cases.Status.DELIVERING, cases.Status.COMPLETED)


def filled(response):
    """Return what the clerk would send: every material seen, the first choice for every open question."""
    form = response.context["form"]
    data = {form.asked_name: form.asked, "paper": [m.code for m in response.context["missing"]]}
    for field in form.fields:
        if field.is_visible and not field.is_fixed:
            data[field.name] = field.text or (field.options[0].value if field.options else "")
            if field.spec.is_required and not data[field.name]:
                data[field.name] = {"date": "2026-10-01", "mobile": "19900000006"}.get(field.spec.widget, "测试")
    return data


def test_the_same_form_sent_twice_opens_one_case():
    desk = desk_of("nanguan.clerk")
    place, code = identify(desk).url, item_code(*JOBLESS_ITEM)
    assert open_item(desk, place, code, kind="other").url == open_item(desk, place, code, kind="other").url


def test_an_incomplete_form_is_shown_again_with_what_is_missing():
    desk = desk_of("nanguan.clerk")
    place = identify(desk, BOSS, principal=FIRM).url
    intake = open_item(desk, place, item_code(), biz="sale", auto="n").url
    form = desk.get(intake).context["form"]
    answer = desk.post(intake, {form.asked_name: form.asked, "premises_area": "88"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="88"' in text
    assert "处需要修改" in text


def open_food(desk):
    """Open the food licence at the window for the firm; return the address of its page."""
    return open_item(desk, identify(desk, BOSS, principal=FIRM).url, item_code(), biz="sale", auto="n").url


def type_in(desk, intake, **answers):
    """Do what the page does while the clerk types."""
    form = desk.get(intake).context["form"]
    data = {form.asked_name: form.asked, form.revision_name: form.revision, **answers}
    return desk.post(f"{intake}draft/", data, headers={"HX-Request": "true"})


def test_answers_save_themselves_and_tell_which_questions_they_leave():
    desk = desk_of("nanguan.clerk")
    intake = open_food(desk)
    answer = type_in(desk, intake, premises_area="88", has_proxy="true")
    assert "已自动保存" in answer.content.decode()
    state = json.loads(answer["HX-Trigger"])["forms:state"]
    assert "proxy_name" in state["visible"]
    assert "premises_area" in state["right"]
    text = desk.get(intake).content.decode()
    assert 'value="88"' in text
    assert f'data-draft="{intake}draft/"' in text


def test_an_unfinished_case_is_found_again_at_the_window_and_by_the_card():
    desk = desk_of("nanguan.clerk")
    intake = open_food(desk)
    assert intake in desk.get(reverse("workbench:intake")).content.decode()
    assert intake in desk.get(identify(desk, BOSS, principal=FIRM).url).content.decode()
    assert intake not in desk.get(identify(desk).url).content.decode()
    assert intake not in desk_of("chaoyang.clerk").get(reverse("workbench:intake")).content.decode()


def test_what_is_kept_for_later_holds_answers_and_papers_seen():
    desk = desk_of("nanguan.clerk")
    intake = open_food(desk)
    page = desk.get(intake)
    form, paper = page.context["form"], page.context["missing"][0]
    data = {form.asked_name: form.asked, form.revision_name: form.revision, "premises_area": "88", "paper": paper.code}
    answer = desk.post(intake, {**data, "then": "later"}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("workbench:intake")
    assert "已保存" in answer.content.decode()
    page = desk.get(intake)
    assert 'value="88"' in page.content.decode()
    assert paper.code not in [material.code for material in page.context["missing"]]


def test_a_refused_form_is_saved_too():
    desk = desk_of("nanguan.clerk")
    intake = open_food(desk)
    form = desk.get(intake).context["form"]
    data = {form.asked_name: form.asked, form.revision_name: form.revision, "premises_area": "88"}
    assert desk.post(intake, data).status_code == 422
    assert 'value="88"' in desk.get(intake).content.decode()


def test_an_older_page_overwrites_nothing():
    desk, other = desk_of("nanguan.clerk"), desk_of("nanguan.clerk")
    intake = open_food(desk)
    form = desk.get(intake).context["form"]
    assert type_in(other, intake, premises_area="90").status_code == 200
    data = {form.asked_name: form.asked, form.revision_name: form.revision, "premises_area": "70"}
    assert desk.post(f"{intake}draft/", data).status_code == 409
    assert desk.post(intake, {**data, "then": "later"}).status_code == 409
    assert 'value="90"' in desk.get(intake).content.decode()


def test_a_draft_begun_online_is_not_opened_at_the_window():
    key = draft(citizen(BOSS, FIRM), timezone.now())
    desk = desk_of("nanguan.clerk")
    assert desk.get(reverse("workbench:intake_case", args=[key])).status_code == 404
    assert desk.post(reverse("workbench:intake_draft", args=[key]), {"premises_area": "1"}).status_code == 404
    assert str(key) not in desk.get(reverse("workbench:intake")).content.decode()


def test_a_scan_changes_its_own_line_only():
    desk = desk_of("nanguan.clerk")
    intake = open_food(desk)
    materials = desk.get(intake).context["missing"]
    place = f"{intake}scan/{materials[0].code}/"
    answer = desk.post(place, {"file": upload()}, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert text.count("<li") == 1
    assert "扫描.png" in text
    assert 'hx-swap-oob="true"' in text
    assert desk.post(place, {"file": upload()}).url == intake
    refused = desk.post(place, {"file": upload(b"x")}, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert refused["HX-Retarget"] == "#announcer"


def test_what_was_typed_when_the_session_ended_is_there_after_the_login():
    desk = desk_of("nanguan.clerk")
    intake = open_food(desk)
    form = desk.get(intake).context["form"]
    data = {form.asked_name: form.asked, form.revision_name: form.revision, "premises_area": "777"}
    desk.session.flush()
    lost = desk.post(
        f"{intake}draft/", data, headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{intake}"}
    )
    assert (lost.status_code, intake in unquote(lost["HX-Redirect"])) == (401, True)
    clerk = get_user_model().objects.get(username="nanguan.clerk")
    clerk.set_password("Xiangyun@2026")
    clerk.save()
    who = {"login": clerk.username, "password": "Xiangyun@2026", "next": intake}
    back = desk.post(reverse("account_login"), who, follow=True)
    assert re.search(r'name="premises_area"[^>]*value="777"', back.content.decode())


def upload(content=None):
    return SimpleUploadedFile("扫描.png", content or picture().getvalue(), "image/png")


def test_an_unknown_person_gets_an_account_at_the_window():
    desk, number = desk_of("nanguan.clerk"), make_citizen_id("220102", date(1990, 1, 1), 123)
    answer = identify(desk, number)
    assert answer.status_code == 404
    assert "建立账号并继续" in answer.content.decode()
    person = {"unknown": number, "name": "张示新", "mobile": "13900000001"}
    assert identify(desk, number, **person).status_code == 302
    assert identify(desk, number, **person).status_code == 302, "a double click"
    assert accounts.get_user_by_citizen_id(number).real_name == "张示新"


def present(intake):
    """Return who came, as the case file keeps it, and the materials the case asks for."""
    page = cases.get_case_page(actor=official("nanguan.clerk"), case_key=intake.split("/")[-2], at=timezone.now())
    return page.present, {material.name: material for material in page.materials}


def test_the_representative_and_a_mandated_agent_act_for_the_firm():
    desk = desk_of("nanguan.clerk")
    came, materials = present(open_food(desk))
    assert (came["name"], came["title"], came["letter"]) == ("韩示一六", "法定代表人（负责人）", "")
    assert "授权委托书" not in materials
    place = identify(desk, AGENT, principal=FIRM).url
    assert "授权范围：食品经营许可及相关事项" in desk.get(place).content.decode()
    came, _ = present(open_item(desk, place, item_code(), biz="sale", auto="n").url)
    assert (came["title"], came["scope"]) == ("经办人", "食品经营许可及相关事项")


def test_the_receipt_names_who_came_for_somebody_else():
    desk = desk_of("nanguan.clerk")
    own = open_item(desk, identify(desk).url, item_code(*JOBLESS_ITEM), kind="other").url
    text = desk.post(own, filled(desk.get(own)), follow=True).content.decode()
    assert ("receipt-code" in text, "到场办理" in text) == (True, False)
    place = identify(desk, BOSS, principal=JOBLESS, has_letter="1").url
    intake = open_item(desk, place, item_code(*JOBLESS_ITEM), "r2", kind="other").url
    text = desk.post(intake, filled(desk.get(intake)), follow=True).content.decode()
    assert "韩示一六（代理人，持授权委托书或监护关系证明）" in text


def test_a_stranger_acts_for_the_firm_by_a_letter_only():
    desk = desk_of("nanguan.clerk")
    refused = identify(desk, JOBLESS, principal=FIRM)
    text = refused.content.decode()
    assert (refused.status_code, "没有登记在有效期内的授权" in text, "has_letter" in text) == (422, True, True)
    place = identify(desk, JOBLESS, principal=FIRM, has_letter="1").url
    intake = open_item(desk, place, item_code(), biz="sale", auto="n").url
    came, materials = present(intake)
    assert (came["name"], came["letter"]) == ("周示六", "授权委托书")
    assert (materials["授权委托书"].is_required, materials["授权委托书"].is_provided) == (True, False)
    assert "到场 周示六（代理人，持授权委托书）" in desk.get(intake).content.decode()
    assert "授权委托书" in desk.post(intake, filled(desk.get(intake)) | {"paper": []}).content.decode()


def test_a_mandate_that_ended_since_the_card_was_read_is_of_no_use():
    desk = desk_of("nanguan.clerk")
    place = identify(desk, AGENT, principal=FIRM).url
    boss = citizen(BOSS)
    agent = citizen(AGENT).user_id
    given = accounts.list_mandates(user_id=boss.user_id)
    mandate = next(each for each in given if each.person_id == agent and each.firm_id == citizen(BOSS, FIRM).firm_id)
    accounts.revoke_mandate(actor=boss, mandate_id=mandate.mandate_id, at=timezone.now())
    assert desk.get(place).status_code == 422
    assert open_item(desk, place, item_code(), biz="sale", auto="n").status_code == 422


def test_a_person_is_stood_for_by_a_letter_and_the_case_is_theirs():
    desk = desk_of("nanguan.clerk")
    refused = identify(desk, BOSS, principal=JOBLESS)
    assert (refused.status_code, "周示六本人没有到场" in refused.content.decode()) == (422, True)
    place = identify(desk, BOSS, principal=JOBLESS, has_letter="1").url
    intake = open_item(desk, place, item_code(*JOBLESS_ITEM), kind="other").url
    came, materials = present(intake)
    assert (came["name"], came["letter"]) == ("韩示一六", "授权委托书或监护关系证明")
    assert came["letter"] in materials
    facts = cases.get_case_facts(case_key=intake.split("/")[-2])
    assert facts.applicant_user_id == citizen(JOBLESS).user_id
    assert intake in desk.get(identify(desk).url).content.decode()


def test_a_firm_that_is_no_more_has_no_agents():
    Firm = apps.get_model("accounts", "Firm")
    Firm.objects.filter(uscc=FIRM).update(status="注销")
    answer = identify(desk_of("nanguan.clerk"), BOSS, principal=FIRM, has_letter="1")
    assert (answer.status_code, "登记状态为“注销”" in answer.content.decode()) == (422, True)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"citizen_id": "220102199001010000"}, 422),
        ({"citizen_id": ""}, 422),
        ({"citizen_id": BOSS, "principal": "91220000DM900001XX"}, 422),
    ],
)
def test_wrong_numbers_are_refused_in_place(data, status):
    answer = desk_of("nanguan.clerk").post(reverse("workbench:intake"), data)
    assert answer.status_code == status
    assert "note-danger" in answer.content.decode()


def test_a_ticket_is_of_use_to_its_clerk_alone():
    place = identify(desk_of("nanguan.clerk")).url
    assert desk_of("chaoyang.clerk").get(place).status_code == 404
    assert desk_of("nanguan.scjg.handler").get(place).status_code == 403
    assert desk_of("nanguan.clerk").get(reverse("workbench:intake_items", args=["broken"])).status_code == 404
    assert desk_of("nanguan.scjg.handler").get(reverse("workbench:intake")).status_code == 403


def test_an_item_of_another_region_is_not_taken_in():
    desk = desk_of("chaoyang.clerk")
    place = identify(desk).url
    assert open_item(desk, place, item_code(*JOBLESS_ITEM), kind="other").status_code == 403


def test_item_search_costs_at_most_fifteen_queries():
    desk = desk_of("nanguan.clerk")
    place = identify(desk).url
    desk.get(place, {"q": "登记"})
    with CaptureQueriesContext(connection) as queries:
        desk.get(place, {"q": "登记"})
    assert len(queries) <= 15


def pending(**wanted):
    """Return a case handed in online whose applicant was told what to bring."""
    key = bring_to("submitted", timezone.now())
    cases.request_supplement(
        actor=official("nanguan.clerk"), case_key=key, wanted=wanted or {"M008": "未标明面积"}, opinion="请一次补齐",
        at=timezone.now(),
    )  # fmt: skip
    return key


def test_a_supplement_is_found_by_the_card_taken_in_and_accepted_at_the_window():
    desk, key = desk_of("nanguan.clerk"), pending()
    place = reverse("workbench:intake_case", args=[key])
    found = desk.get(identify(desk, AGENT, principal=FIRM).url).content.decode()
    by_card = re.search(rf'{place}\?by=[^"]+', found)[0]
    assert place in desk.get(reverse("workbench:case", args=[key])).content.decode()
    page = desk.get(by_card)
    by = {"bearer": page.context["bearer"]["name"], "title": page.context["bearer"]["title"]}
    assert by == {"bearer": citizen(AGENT).name, "title": "经办人"}
    text = page.content.decode()
    assert "要求补正：未标明面积" in text
    assert "请一次补齐" in text
    assert [material.code for material in page.context["missing"]] == ["M008"]
    assert desk.post(place, by).status_code == 422, "what is asked has not come"
    desk.post(f"{place}scan/M008/", {"file": upload()})
    unnamed = desk.post(place, {"bearer": "", "title": "经办人"})
    assert (unnamed.status_code, "请按证件填写到场人的姓名" in unnamed.content.decode()) == (422, True)
    assert desk.post(place, by).url == f"{place}done/"
    done = cases.get_case_page(actor=citizen(BOSS, FIRM), case_key=key, at=timezone.now())
    assert done.status == cases.Status.IN_REVIEW
    clerk = official("nanguan.clerk").name
    said = f"到场：{citizen(AGENT).name}，经办人"
    assert ("窗口代为补正", clerk, said) in [(act.name, act.actor_name, act.said) for act in done.acts]


def test_a_supplement_may_be_handed_in_without_more():
    desk, key = desk_of("nanguan.clerk"), pending()
    place = reverse("workbench:intake_case", args=[key])
    assert (
        desk.post(
            place, {"paper": "M008", "then": "receive", "bearer": "韩示一六", "title": "法定代表人（负责人）"}
        ).url
        == f"{place}done/"
    )
    assert cases.get_case_facts(case_key=key).status == cases.Status.RECEIVED
    assert desk.post(place, {}).url == f"{place}done/", "a second click changes nothing"


def test_a_supplement_is_taken_in_by_the_clerks_of_the_place_alone():
    place = reverse("workbench:intake_case", args=[pending()])
    assert desk_of("chaoyang.clerk").get(place).status_code == 404
    assert desk_of("nanguan.scjg.handler").get(place).status_code == 404


def test_what_was_begun_at_the_window_can_be_thrown_away_there():
    desk = desk_of("nanguan.clerk")
    intake = open_food(desk)
    assert desk_of("chaoyang.clerk").post(f"{intake}discard/").status_code == 404
    answer = desk.post(f"{intake}discard/", follow=True)
    assert "已删除" in answer.content.decode()
    assert desk.get(intake).status_code == 404
    assert desk.post(f"{intake}discard/").status_code == 404, "twice"
    online = draft(citizen(BOSS, FIRM), timezone.now())
    assert desk.post(reverse("workbench:intake_discard", args=[online])).status_code == 404
    filed = bring_to("submitted", timezone.now())
    assert desk.post(reverse("workbench:intake_discard", args=[filed])).status_code == 409


def test_an_instant_item_only_received_may_still_be_sent_for_supplement():
    desk = desk_of("nanguan.clerk")
    intake = open_item(desk, identify(desk).url, item_code(*JOBLESS_ITEM), kind="other").url
    desk.post(intake, filled(desk.get(intake)) | {"then": "receive"})
    key = intake.split("/")[-2]
    assert cases.get_case_facts(case_key=key).status == cases.Status.RECEIVED
    answer = desk.post(reverse("workbench:act", args=[key]), {"act": "supplement", "opinion": "请补充就业经历证明"})
    assert answer.status_code == 302
    assert cases.get_case_facts(case_key=key).status == cases.Status.SUPPLEMENT_PENDING
