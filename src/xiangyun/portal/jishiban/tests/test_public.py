"""Pages that everybody may open: home, search, guide, places, status query."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from xiangyun.portal.jishiban.tests.factories import NANGUAN, firm_owner, visitor
from xiangyun.service.cases import api as cases
from xiangyun.service.cases.tests.factories import AT, BOSS, ELDER, FIRM, bring_to, citizen, item_code

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


@pytest.mark.parametrize("path", ["/", "/items/", "/verify/", "/accounts/login/"])
def test_programs_that_only_ask_for_the_head_are_answered(guest: Client, path: str):
    response = guest.head(path)
    assert (response.status_code, response.content) == (200, b"")


def test_search_finds_by_what_people_say_and_offers_a_way_on_when_nothing_is_there(guest: Client):
    assert "食品经营许可证核发" in _text(guest, "/items/?q=食品经营")
    nothing = _text(guest, "/items/?q=魑魅魍魉")
    assert "没有找到与“魑魅魍魉”有关的事项" in nothing
    assert "tel:12345" in nothing


def test_search_shows_hostile_words_as_text(guest: Client):
    text = _text(guest, "/items/?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_search_keeps_words_and_filters_and_offers_to_clear_both(guest: Client):
    text = _text(guest, "/items/?q=食品&for=org&online=1&after=zzz")
    form = re.search(r'<form class="search.*?</form>', text, re.S)[0]
    assert 'value="食品"' in form
    assert '<input type="hidden" name="for" value="org">' in form
    assert '<input type="hidden" name="online" value="1">' in form
    assert 'name="after"' not in form
    assert "清除搜索" in text
    assert "清除筛选" in text
    assert re.search(r'共 <b class="num">\d+</b> 项', text)
    assert "清除" not in _text(guest, "/items/")


ELDER_ALLOWANCE = "220511004000"


def test_place_begins_with_where_the_person_is_registered():
    text = _text(visitor(ELDER), f"/items/where/{ELDER_ALLOWANCE}/?name=高龄津贴给付")
    assert "您的户籍所在地：" in text
    assert "高龄津贴给付" in text
    assert text.count('class="item-row"') < 6


def test_place_begins_with_where_the_firm_is_registered():
    text = _text(firm_owner(), "/items/where/220131005000/")
    assert "企业登记所在地：吉林省长春市南关区" in text
    assert "长春市南关区市场监督管理局" in text


def test_place_of_a_guest_begins_with_the_chosen_city(guest: Client):
    assert "您选择的城市：吉林省长春市南关区" in _text(guest, f"/items/where/{ELDER_ALLOWANCE}/")


def test_places_are_walked_level_by_level(guest: Client):
    top = _text(guest, f"/items/where/{ELDER_ALLOWANCE}/?region=220000000000")
    assert "region=220100000000" in top
    assert "region=220102000000" not in top
    assert "回到您选择的城市" in top
    city = _text(guest, f"/items/where/{ELDER_ALLOWANCE}/?region=220100000000")
    assert "region=220102000000" in city
    assert "region=220102001000" not in city


def test_what_a_village_carries_out_begins_at_its_own_station(guest: Client):
    text = _text(guest, "/items/where/222014009000/?region=220102001001")
    station, centre = text.index("社区便民服务站"), text.index("南岭街道便民服务中心")
    assert station < centre < text.index("长春市南关区就业服务局")
    assert "村（社区）级" in text
    assert "region=220102001001" in _text(guest, "/items/where/222014009000/?region=220102001000")
    assert "社区便民服务站" not in _text(guest, f"/items/where/{ELDER_ALLOWANCE}/?region=220102001001")


def test_place_is_found_by_name_and_a_miss_leads_on(guest: Client):
    place = f"/items/where/{ELDER_ALLOWANCE}/?q="
    for words in ("南关", "长春南关", "长春 南关"):
        text = _text(guest, place + words)
        assert f'value="{words}"' in text
        assert "南关区" in text[text.index('class="item-list"') :]
    nothing = _text(guest, place + "魑魅")
    assert "没有找到与“魑魅”有关的办理机构" in nothing
    assert "按地区查找" in nothing


@pytest.mark.parametrize("query", ["region=x", "region=999999999999", "q=%00", "q=.*%2B(", "name=%3Cscript%3E"])
def test_strange_places_are_ignored(guest: Client, query: str):
    response = guest.get(f"/items/where/{ELDER_ALLOWANCE}/?{query}")
    assert response.status_code in (200, 400)
    assert "<script>" not in response.content.decode().split("<main")[-1].split("</main")[0]


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


@pytest.mark.parametrize(
    "path", ["/", "/items/", "/items/?q=食品", f"/items/where/{ELDER_ALLOWANCE}/", "/city/", "/progress/"]
)
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


def test_end_of_a_number_cannot_be_tried_out():
    code = cases.get_case_page(actor=citizen(BOSS, FIRM), case_key=bring_to("submitted"), at=AT).query_code
    guest = Client()
    cache.clear()  # misses of other tests, whose cases had the same code, are counted too
    answers = [guest.post("/progress/", {"query_code": code, "tail": f"{tail:04}"}) for tail in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert "查询过于频繁" in answers[-1].content.decode()
    assert guest.post("/progress/", {"query_code": code, "tail": FIRM[-4:]}).status_code == 429
    assert guest.post("/progress/", {"query_code": "222611090000000", "tail": "0000"}).status_code == 200
