"""Window intake from the card to the receipt."""

import re
from datetime import date
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from xiangyun.foundation.accounts import api as accounts
from xiangyun.kit.codes import make_citizen_id
from xiangyun.portal.workbench.tests.factories import desk_of
from xiangyun.service.cases import api as cases
from xiangyun.service.cases.tests.factories import BOSS, FIRM, JOBLESS, item_code

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
    place = identify(desk, BOSS, uscc=FIRM).url
    intake = open_item(desk, place, item_code(), biz="sale", auto="n").url
    form = desk.get(intake).context["form"]
    answer = desk.post(intake, {form.asked_name: form.asked, "premises_area": "88"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="88"' in text
    assert "处需要修改" in text


def test_questions_that_hang_on_an_answer_are_told_without_saving():
    desk = desk_of("nanguan.clerk")
    place = identify(desk, BOSS, uscc=FIRM).url
    intake = open_item(desk, place, item_code(), biz="sale", auto="n").url
    asked = desk.get(intake).context["form"].asked
    answer = desk.post(f"{intake}shown/", {"xy-asked": asked, "has_proxy": "true"})
    assert answer.status_code == 204
    assert "forms:state" in answer["HX-Trigger"]


def test_an_unknown_person_gets_an_account_at_the_window():
    desk, number = desk_of("nanguan.clerk"), make_citizen_id("220102", date(1990, 1, 1), 123)
    answer = identify(desk, number)
    assert answer.status_code == 404
    assert "建立账号并继续" in answer.content.decode()
    assert identify(desk, number, name="张示新", mobile="13900000001").status_code == 302
    assert accounts.get_user_by_citizen_id(number).real_name == "张示新"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"citizen_id": "220102199001010000"}, 422),
        ({"citizen_id": ""}, 422),
        ({"citizen_id": BOSS, "uscc": "91220000DM900001XX"}, 422),
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


def test_an_instant_item_only_received_may_still_be_sent_for_supplement():
    desk = desk_of("nanguan.clerk")
    intake = open_item(desk, identify(desk).url, item_code(*JOBLESS_ITEM), kind="other").url
    desk.post(intake, filled(desk.get(intake)) | {"then": "receive"})
    key = intake.split("/")[-2]
    assert cases.get_case_facts(case_key=key).status == cases.Status.RECEIVED
    answer = desk.post(reverse("workbench:act", args=[key]), {"act": "supplement", "opinion": "请补充就业经历证明"})
    assert answer.status_code == 302
    assert cases.get_case_facts(case_key=key).status == cases.Status.SUPPLEMENT_PENDING
