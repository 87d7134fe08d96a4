"""Posts and their holders; reads of departments and halls."""

from datetime import date

import pytest
from django.contrib.auth import get_user_model

from xiangyun.foundation.calendars.tests.factories import at
from xiangyun.foundation.organisations import api
from xiangyun.foundation.organisations.errors import AlreadyHolds, PostExists, UnknownDepartment, UnknownPost
from xiangyun.foundation.organisations.models import Hall, Window
from xiangyun.foundation.organisations.tests.factories import make_department, make_post
from xiangyun.foundation.regions.tests.factories import make_jilin
from xiangyun.kit.actors import SYSTEM
from xiangyun.kit.errors import ValidationError

pytestmark = pytest.mark.django_db

AT = at("2026-11-03")


def make_user(username: str = "wang") -> int:
    return get_user_model().objects.create(username=username).pk


def test_a_post_is_held_from_a_day_to_a_day() -> None:
    department = make_department("scjg", make_jilin()["220102"])
    user_id = make_user()
    post_id = api.create_post(actor=SYSTEM, department_id=department.id, name=" 受理岗 ", duties="收件", at=AT)
    held = api.appoint(actor=SYSTEM, post_id=post_id, user_id=user_id, since=date(2026, 1, 1), at=AT)
    assert (held.name, held.duties, held.department_name, held.until) == ("受理岗", "收件", department.name, None)
    assert api.list_posts(user_id=user_id, on=date(2025, 12, 31)) == []
    assert api.list_posts(user_id=user_id, on=date(2026, 1, 1)) == [held]
    api.end_holding(actor=SYSTEM, holding_id=held.holding_id, until=date(2026, 6, 30), at=AT)
    assert [post.until for post in api.list_posts(user_id=user_id, on=date(2026, 6, 30))] == [date(2026, 6, 30)]
    assert api.list_post_holders(department_id=department.id, on=date(2026, 7, 1)) == []
    api.appoint(actor=SYSTEM, post_id=post_id, user_id=user_id, since=date(2026, 7, 1), at=AT)
    assert len(api.list_post_holders(department_id=department.id, on=date(2026, 7, 1))) == 1


def test_refusals_about_posts() -> None:
    department = make_department("scjg", make_jilin()["220102"])
    post, user_id = make_post(department, "受理岗"), make_user()
    held = api.appoint(actor=SYSTEM, post_id=post.id, user_id=user_id, since=date(2026, 1, 1), at=AT)
    with pytest.raises(PostExists):
        api.create_post(actor=SYSTEM, department_id=department.id, name="受理岗", at=AT)
    with pytest.raises(ValidationError):
        api.create_post(actor=SYSTEM, department_id=department.id, name=" ", at=AT)
    with pytest.raises(UnknownDepartment):
        api.create_post(actor=SYSTEM, department_id=0, name="受理岗", at=AT)
    with pytest.raises(AlreadyHolds):
        api.appoint(actor=SYSTEM, post_id=post.id, user_id=user_id, since=date(2026, 2, 1), at=AT)
    with pytest.raises(UnknownPost):
        api.appoint(actor=SYSTEM, post_id=0, user_id=user_id, since=date(2026, 2, 1), at=AT)
    with pytest.raises(ValidationError):
        api.end_holding(actor=SYSTEM, holding_id=held.holding_id, until=date(2025, 1, 1), at=AT)
    api.end_holding(actor=SYSTEM, holding_id=held.holding_id, until=date(2026, 3, 1), at=AT)
    with pytest.raises(UnknownPost):
        api.end_holding(actor=SYSTEM, holding_id=held.holding_id, until=date(2026, 3, 2), at=AT)
    with pytest.raises(AlreadyHolds):
        api.appoint(actor=SYSTEM, post_id=post.id, user_id=user_id, since=date(2026, 3, 1), at=AT)


def test_departments_are_found_by_id_code_and_key_and_kept(django_assert_num_queries) -> None:
    regions = make_jilin()
    city = make_department("scjg-220100", regions["2201"])
    district = make_department("scjg-220102", regions["220102"], parent=city)
    with django_assert_num_queries(1):
        found = api.get_department(key="scjg-220102")
        assert api.get_department(id=district.id) is found
        assert api.get_department(code=district.code) is found
    assert (found.region_code, found.region_path) == ("220102000000", regions["220102"].path)
    assert found.path == f"{city.code}/{district.code}/"
    assert api.find_department(key="nobody") is None
    with pytest.raises(UnknownDepartment):
        api.get_department(code="x")


def test_departments_are_listed_by_place_and_level(django_assert_num_queries) -> None:
    regions = make_jilin()
    make_department("scjg-220100", regions["2201"])
    district = make_department("scjg-220102", regions["220102"])
    other = make_department("scjg-222401", regions["222401"])
    keys = lambda **filters: [department.key for department in api.list_departments(**filters)]  # noqa: E731
    assert keys(level=4) == ["scjg-220102", "scjg-222401"]
    assert keys(level="3") == ["scjg-220100"]
    with django_assert_num_queries(0):
        assert keys(ids=[other.id, district.id]) == ["scjg-220102", "scjg-222401"]


def test_halls_come_with_their_windows(django_assert_num_queries) -> None:
    regions = make_jilin()
    department = make_department("zwdt-220102", regions["220102"])
    for number in (1, 2):
        hall = Hall.objects.create(
            key=f"hall-{number}", name=f"大厅{number}", region=regions["220102"], department=department
        )
        Window.objects.bulk_create([Window(hall=hall, number=2, name="出件"), Window(hall=hall, number=1, name="综合")])
    assert api.list_halls(region_code="220103") == []
    with django_assert_num_queries(3):  # the division the first time, halls, windows
        halls = api.list_halls(region_code="220102")
    assert [(hall.name, [window.name for window in hall.windows]) for hall in halls] == [
        ("大厅1", ["综合", "出件"]),
        ("大厅2", ["综合", "出件"]),
    ]
