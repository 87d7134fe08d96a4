"""Reads of divisions and the picker's JSON."""

import pytest
from django.test import Client
from django.urls import reverse

from xiangyun.foundation.regions import api
from xiangyun.foundation.regions.errors import UnknownRegion
from xiangyun.foundation.regions.tests.factories import make_jilin

pytestmark = pytest.mark.django_db


def test_codes_of_any_length_find_the_same_division() -> None:
    made = make_jilin()
    for code in ("220102", "220102000", "220102000000"):
        assert api.get_region(code=code).id == made["220102"].id
    assert api.get_region(id=made["220102"].id).code == "220102000000"
    assert api.full_name(code="220102001001") == "吉林省长春市南关区南岭街道曙光社区居委会"


@pytest.mark.parametrize("code", ["", "22010", "abc", "220102000000000", "999999"])
def test_an_unknown_code_is_refused(code: str) -> None:
    make_jilin()
    assert api.find_region(code=code) is None
    with pytest.raises(UnknownRegion):
        api.get_region(code=code)


def test_known_divisions_are_not_read_again(django_assert_num_queries) -> None:
    made = make_jilin()
    with django_assert_num_queries(1):
        api.list_regions(ids=[region.id for region in made.values()])
    with django_assert_num_queries(0):
        assert len(api.list_path(code="220102001001")) == 5
        assert [ref.name for ref in api.list_regions(codes=["2224", "22"])] == ["延边朝鲜族自治州", "吉林省"]


def test_picker_lists_children_without_login(client: Client, django_assert_num_queries) -> None:
    make_jilin()
    with django_assert_num_queries(2):
        response = client.get(reverse("regions:children"), {"code": "2201"})
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=3600"
    assert response.json() == {
        "code": "220100000000",
        "children": [
            {"code": "220102000000", "name": "南关区", "initials": "", "has_children": True},
            {"code": "220103000000", "name": "宽城区", "initials": "", "has_children": False},
            {"code": "220184000000", "name": "公主岭市", "initials": "", "has_children": False},
        ],
    }


def test_picker_refuses_unknown_codes_and_writes(client: Client) -> None:
    response = client.get(reverse("regions:children"), {"code": "<script>"})
    assert response.status_code == 404
    assert response.json()["code"] == "regions.unknown"
    assert client.post(reverse("regions:children")).status_code == 405
