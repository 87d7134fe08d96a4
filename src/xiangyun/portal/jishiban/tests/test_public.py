"""Pages that everybody may open: home, search, guide, places, status query."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from xiangyun.portal.jishiban.tests.factories import NANGUAN, firm_owner
from xiangyun.service.cases import api as cases
from xiangyun.service.cases.tests.factories import AT, BOSS, FIRM, bring_to, citizen, item_code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]


@pytest.fixture
def guest() -> Client:
    client = Client()
    client.cookies["city"] = NANGUAN
    return client


def _text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_home_shows_services_of_the_chosen_city_and_asks_visitors_to_log_in(guest: Client):
    text = _text(guest, "/")
    assert "南关区" in text
    assert "登录 / 注册" in text
    assert "食品经营许可证核发" in _text(guest, "/?for=org")


def test_search_finds_by_what_people_say_and_offers_a_way_on_when_nothing_is_there(guest: Client):
    assert "食品经营许可证核发" in _text(guest, "/items/?q=食品经营")
    nothing = _text(guest, "/items/?q=魑魅魍魉")
    assert "没有找到与“魑魅魍魉”有关的事项" in nothing
    assert "tel:12345" in nothing


def test_search_shows_hostile_words_as_text(guest: Client):
    text = _text(guest, "/items/?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


@pytest.mark.parametrize("query", ["after=x", "department=99999999999999999999", "theme=%00", "for=nobody", "online=2"])
def test_strange_filters_are_ignored(guest: Client, query: str):
    assert guest.get(f"/items/?{query}").status_code in (200, 400)


def test_guide_lists_materials_of_the_chosen_business_and_situation(guest: Client):
    code = item_code()
    place = reverse("jishiban:guide", args=[code[:-2]])
    whole, new = _text(guest, place), _text(guest, f"{place}?item={code}")
    assert "食品经营许可注销申请书" in whole
    assert "食品经营许可注销申请书" not in new
    assert reverse("jishiban:start", args=[code]) in new
    assert "自动设备放置地点清单" not in _text(guest, f"{place}?item={code}&s-auto=n")


def test_guide_says_what_the_visitor_need_not_bring():
    code = item_code()
    text = firm_owner().get(f"{reverse('jishiban:guide', args=[code[:-2]])}?item={code}").content.decode()
    assert "您的营业执照已在电子证照库" in text


def test_unknown_guide_and_item_are_not_found(guest: Client):
    assert guest.get(reverse("jishiban:guide", args=["nothing"])).status_code == 404
    assert guest.get(reverse("jishiban:where", args=["000000000000"])).status_code == 404


def test_city_is_remembered_and_an_unknown_one_becomes_the_province(guest: Client):
    answer = guest.post("/city/", {"region": "220100000000", "next": "//evil.example/"})
    assert (answer["Location"], answer.cookies["city"].value) == ("/", "220100000000")
    assert guest.post("/city/", {"region": "x"}).cookies["city"].value == "220000000000"


def test_status_is_told_to_the_holder_of_the_query_code_only(guest: Client):
    key = bring_to("submitted")
    code = cases.get_case_page(actor=citizen(BOSS, FIRM), case_key=key, at=AT).query_code
    right = guest.post("/progress/", {"query_code": code, "tail": FIRM[-4:]}).content.decode()
    wrong = guest.post("/progress/", {"query_code": code, "tail": "0000"}).content.decode()
    assert "已提交" in right
    assert "食品经营许可" not in wrong
    assert "对不上" in wrong


@pytest.mark.parametrize("path", ["/", "/items/", "/items/?q=食品", "/city/", "/progress/"])
def test_public_pages_cost_at_most_fifteen_queries(guest: Client, path: str):
    guest.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert guest.get(path).status_code == 200
    assert len(seen) <= 15


@pytest.mark.parametrize("name", ["cases", "wallet", "messages", "me", "reviews"])
def test_own_pages_ask_visitors_to_log_in(guest: Client, name: str):
    answer = guest.get(reverse(f"jishiban:{name}"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=")
