"""What citizens see: nearest bodies, themes with counts, search, guide pages, materials of their situation."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from xiangyun.foundation.packs.api import clear_content_caches
from xiangyun.foundation.regions.errors import UnknownRegion
from xiangyun.service.items import api
from xiangyun.service.items.models import Implementation
from xiangyun.service.items.queries.words import latin_query, search_query, search_vector
from xiangyun.service.items.tests.factories import (
    CITY,
    COUNTY,
    PROVINCE,
    STREET,
    find_handling_item,
    load_sample_library,
)

OTHER_COUNTY = "220302000000"


@pytest.fixture(autouse=True)
def _library(db: None) -> None:
    load_sample_library()


def _seen(**choices: object) -> dict[str, str]:
    page = api.list_services(region_code=choices.pop("region_code", STREET), **choices)
    return {card.title: card.department_name for card in page.rows}


def test_from_a_street_the_nearest_body_is_shown() -> None:
    page = api.list_services(region_code=STREET)
    assert [(c.title, c.level) for c in page.rows] == [("高龄津贴给付", "5"), ("食品经营许可证核发", "4")]
    county = {c.title: c.level for c in api.list_services(region_code=COUNTY).rows}
    assert county == {"高龄津贴给付": "4", "食品经营许可证核发": "4"}
    assert {c.title: c.level for c in api.list_services(region_code=CITY).rows}["食品经营许可证核发"] == "3"


def test_where_no_body_is_on_the_way_up_the_service_is_listed_without_one() -> None:
    cards = api.list_services(region_code=PROVINCE).rows
    assert [card.task_code for card in cards] == ["", ""]
    bodies = api.list_bodies(catalog_code=cards[0].catalog_code, region_code=PROVINCE)
    assert [(b.region_name, b.level_name) for b in bodies] == [
        ("南关区", "县级"), ("铁西区", "县级"), ("南岭街道", "乡镇（街道）级")
    ]  # fmt: skip
    page = api.list_bodies(catalog_code=cards[0].catalog_code, region_code=PROVINCE, after=bodies[0].task_code, limit=1)
    assert page == [bodies[1]]
    assert len(api.list_bodies(catalog_code=cards[0].catalog_code, region_code=OTHER_COUNTY)) == 1


def test_unknown_division_is_refused() -> None:
    with pytest.raises(UnknownRegion):
        api.list_services(region_code="999999000000")


def test_cards_count_materials_and_those_that_need_not_be_brought() -> None:
    card = next(c for c in api.list_services(region_code=COUNTY).rows if c.title == "食品经营许可证核发")
    assert (card.material_count, card.exempt_count, card.promise_text, card.legal_text) == (
        5,
        2,
        "10个工作日",
        "20个工作日",
    )
    assert card.handling_names == ("新办", "注销")


def test_lists_narrow_by_audience_theme_body_and_way() -> None:
    assert set(_seen(audience="org")) == {"食品经营许可证核发"}
    assert set(_seen(audience="person")) == {"高龄津贴给付", "食品经营许可证核发"}
    assert set(_seen(audience="person", theme="065")) == {"高龄津贴给付"}
    assert _seen(instant=True) == {}
    assert len(_seen(fully_online=True)) == 2
    page = api.list_services(region_code=STREET, audience="person")
    assert [(f.name, f.count) for f in page.themes] == [("优待抚恤", 1), ("准营准办", 1)]
    assert [f.count for f in page.departments] == [1, 1]
    assert [f.name for f in api.list_themes(region_code=STREET, audience="org")] == ["准营准办"]
    department_id = int(page.departments[0].code)
    assert len(_seen(department_id=department_id)) == 1


def test_pages_go_on_after_a_key_and_keep_the_count() -> None:
    first = api.list_services(region_code=STREET, limit=1)
    assert (first.total, len(first.rows)) == (2, 1)
    second = api.list_services(region_code=STREET, limit=1, after=first.next_after)
    assert (second.total, second.next_after) == (2, "")
    assert second.rows[0].guide_id != first.rows[0].guide_id


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("食品", ["食品经营许可证核发"]),
        ("饭店", ["食品经营许可证核发"]),
        ("我要开餐馆需要什么材料", ["食品经营许可证核发"]),
        ("津", ["高龄津贴给付"]),
        ("老人补贴", ["高龄津贴给付"]),
        ("gljt", ["高龄津贴给付"]),
        ("GaoLing", ["高龄津贴给付"]),
        ("shi pin", ["食品经营许可证核发"]),
        ("龄津", ["高龄津贴给付"]),
        ("护照", []),
        ("'; DROP TABLE x; --", []),
        ("!!!", []),
        ("𠮷", []),
    ],
)
def test_search(question: str, found: list[str]) -> None:
    assert list(_seen(question=question)) == found


def test_bodies_are_found_on_the_way_up_below_and_by_name() -> None:
    code = next(c.catalog_code for c in api.list_services(region_code=PROVINCE).rows if c.title == "高龄津贴给付")
    in_charge = api.list_bodies_in_charge(catalog_code=code, region_code=STREET)
    assert [body.level for body in in_charge] == ["5", "4"]
    below = api.list_divisions_with_bodies(catalog_code=code, region_code=CITY)
    assert COUNTY in [ref.code for ref in below]
    assert api.list_divisions_with_bodies(catalog_code=code, region_code=STREET) == []
    found, total = api.search_bodies(catalog_code=code, words="南关 民政", limit=5)
    assert ([body.region_code for body in found], total) == ([COUNTY], 1)
    assert api.search_bodies(catalog_code=code, words="长春南关", limit=1)[1] == 2
    assert api.search_bodies(catalog_code=code, words="ngq", limit=5)[1] == 1
    with pytest.raises(api.ItemNotFound):
        api.search_bodies(catalog_code="000000000000", words="南关", limit=5)


def test_search_takes_one_word_where_not_all_are_found() -> None:
    page = api.list_services(region_code=STREET, question="高龄津贴 护照")
    assert page.is_loose
    assert [c.title for c in page.rows] == ["高龄津贴给付"]


def test_words_are_quoted_for_the_database() -> None:
    assert search_query("a'b\\c:*&!") == "('a') & ('b') & ('c')"
    assert latin_query("shi'pin ") == "shipin"
    assert latin_query("食品") == ""
    assert "'食品':1A" in search_vector(titles=["食品"], words=[], bodies=["食品"])


def test_guide_page_shows_the_whole_guide_and_bodies_above() -> None:
    task_code = next(c.task_code for c in api.list_services(region_code=STREET).rows if c.title == "高龄津贴给付")
    page = api.get_guide_page(task_code=task_code)
    assert page.body.region_name == "南岭街道"
    assert [b.region_name for b in page.other_bodies] == ["南关区"]
    assert (page.hours, page.window, page.is_open) == ("法定工作日 8:30–16:30", "综合窗口", True)
    assert page.chosen is not None  # the only handling item needs no click
    assert [(q.var, q.answer) for q in page.questions] == [("agent", "n")]
    assert [m.name for m in page.materials] == ["居民身份证"]
    assert page.exempt_count == 1


def test_guide_page_of_unknown_or_cancelled_code() -> None:
    with pytest.raises(api.ItemNotFound):
        api.get_guide_page(task_code="x" * 31)
    task_code = find_handling_item("高龄津贴给付", name="申请").task_code
    Implementation.objects.filter(task_code=task_code).update(status="cancelled")
    with pytest.raises(api.ItemNotFound):
        api.get_guide_page(task_code=task_code)


def test_materials_follow_handling_item_and_answers() -> None:
    new = find_handling_item("食品经营许可证核发", name="新办")

    def names(item: api.HandlingItemRef, **answers: str) -> list[str]:
        return [m.name for m in api.list_materials(handling_item_id=item.id, situation=answers)]

    always = ["食品经营许可申请书", "营业执照", "布局图"]
    assert names(new, auto="n") == [*always, "健康证明"]
    assert names(new, auto="y") == [*always, "自动设备清单", "健康证明"]
    assert names(new) == [*always, "健康证明"]  # still open: only what is needed in every case
    assert names(new, h="cancel", auto="n") == [*always, "健康证明"]  # the handling item decides
    assert names(find_handling_item("食品经营许可证核发", name="注销")) == ["食品经营许可申请书"]
    with pytest.raises(api.UnknownSituation):
        names(new, auto="maybe")


def test_questions_are_those_that_change_something() -> None:
    new = find_handling_item("食品经营许可证核发", name="新办")
    cancel = find_handling_item("食品经营许可证核发", name="注销")
    assert [q.var for q in api.list_situation_questions(handling_item_id=new.id, situation={})] == ["auto"]
    assert api.list_situation_questions(handling_item_id=cancel.id, situation={}) == []


def test_materials_say_how_they_are_provided() -> None:
    item = find_handling_item("食品经营许可证核发", name="新办")
    by_name = {m.name: m for m in api.list_materials(handling_item_id=item.id, situation={"auto": "y"})}
    assert by_name["食品经营许可申请书"].is_generated
    assert by_name["营业执照"].certificate_types == ("biz_license",)
    assert by_name["营业执照"].exempt_text == "电子证照免提交"
    assert by_name["自动设备清单"].is_required
    assert (by_name["健康证明"].is_required, by_name["健康证明"].can_commit) == (False, True)


def test_handling_item_carries_what_a_case_needs() -> None:
    item = find_handling_item("食品经营许可证核发", name="新办")
    assert (item.form_key, item.process_key, item.certificate_type_key) == (
        "food.01",
        "inspection",
        "food_business_license",
    )
    assert (item.promise_limit, item.promise_unit, item.legal_limit, item.legal_unit) == (10, "workday", 20, "workday")
    assert item.legal_basis == ["《中华人民共和国食品安全法》第三十五条"]
    assert find_handling_item("食品经营许可证核发", name="注销").certificate_type_key == ""
    assert api.get_handling_item(id=item.id) == item
    with pytest.raises(api.ItemNotFound):
        api.get_handling_item(code="0" * 33)
    with pytest.raises(api.ItemNotFound):
        api.get_handling_item(id=0)


@pytest.mark.parametrize("status", ["draft", "suspended", "cancelled"])
def test_unpublished_item_is_refused_at_once_also_from_memory(status: str) -> None:
    item = find_handling_item("食品经营许可证核发", name="新办")
    api.get_handling_item(id=item.id, must_be_published=True)
    Implementation.objects.filter(task_code=item.task_code).update(status=status)
    with pytest.raises(api.ItemNotPublished):
        api.get_handling_item(id=item.id, must_be_published=True)
    with pytest.raises(api.ItemNotPublished):
        api.get_handling_item(code=item.code, must_be_published=True)
    assert api.get_handling_item(id=item.id).full_name == "食品经营许可（新办）"


def test_past_version_is_told_apart() -> None:
    item = find_handling_item("食品经营许可证核发", name="新办")
    Implementation.objects.filter(task_code=item.task_code).update(status="past")
    with pytest.raises(api.ItemSuperseded):
        api.get_handling_item(id=item.id, must_be_published=True)


def test_query_counts_are_small_and_constant() -> None:
    clear_content_caches()
    with CaptureQueriesContext(connection) as cold:
        api.list_services(region_code=STREET, question="食品")
    assert len(cold) <= 15
    with CaptureQueriesContext(connection) as warm:
        api.list_services(region_code=STREET, audience="person", limit=1)
    assert len(warm) == 0
    task_code = next(c.task_code for c in api.list_services(region_code=STREET).rows)
    clear_content_caches()
    with CaptureQueriesContext(connection) as page:
        api.get_guide_page(task_code=task_code)
    assert len(page) <= 10


def test_rest_is_public_and_typed(client: Client) -> None:
    page = client.get("/api/v1/items/services", {"region_code": STREET, "question": "高龄"}).json()
    assert [row["title"] for row in page["rows"]] == ["高龄津贴给付"]
    task_code = page["rows"][0]["task_code"]
    guide = client.get(f"/api/v1/items/services/{task_code}").json()
    assert (guide["title"], guide["body"]["region_name"]) == ("高龄津贴给付", "南岭街道")
    code = guide["handling_items"][0]["code"]
    materials = client.get(f"/api/v1/items/handling-items/{code}/materials", {"answers": "agent:y"}).json()
    assert [m["name"] for m in materials] == ["居民身份证", "代办人身份证明"]
    bodies = client.get(f"/api/v1/items/services/{task_code}/bodies", {"region_code": PROVINCE}).json()
    assert len(bodies) == 3
    assert client.get("/api/v1/items/services/nothing").status_code == 404
    assert client.get("/api/v1/items/services", {"region_code": "1"}).status_code == 404
    assert client.get("/api/v1/items/services", {"limit": "100000"}).status_code == 422
    assert client.get(f"/api/v1/items/handling-items/{code}/materials", {"answers": "agent:x"}).status_code == 422
