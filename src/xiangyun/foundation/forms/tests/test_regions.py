"""The choice of a division: as far as the choice so far leads, checked against the current divisions."""

from typing import Any

import pytest
from django.http import QueryDict

from xiangyun.foundation.forms import api as forms
from xiangyun.foundation.forms.queries.answers import parse_post
from xiangyun.foundation.forms.queries.definitions import read_definition
from xiangyun.foundation.forms.queries.regions import list_region_selects
from xiangyun.foundation.regions.tests.factories import make_jilin
from xiangyun.kit.errors import ValidationError

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _province() -> None:
    make_jilin()


def make_schema(level: int) -> dict[str, Any]:
    place = {"type": "string", "title": "户籍地", "x-widget": "region", "x-region-level": level}
    return {"type": "object", "title": "表", "required": ["place"], "properties": {"place": place}}


def test_list_region_selects_counties_by_city() -> None:
    (select,) = list_region_selects(value=None, level=3)
    assert [group.label for group in select.groups] == ["长春市", "四平市", "延边朝鲜族自治州"]
    assert select.groups[0].choices[0] == ("220102000000", "南关区")


@pytest.mark.parametrize(("value", "levels"), [(None, [3]), ("220102000000", [3, 4]), ("220102001000", [3, 4, 5])])
def test_list_region_selects_one_level_more(value: str | None, levels: list[int]) -> None:
    selects = list_region_selects(value=value, level=5)
    assert [select.level for select in selects] == levels


def test_parse_post_takes_the_deepest_choice() -> None:
    data = QueryDict("place=220102000000&place=220102001000&place=")
    assert parse_post(read_definition(make_schema(5)), data) == {"place": "220102001000"}


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("220102000000", "“户籍地”请选择到乡镇（街道）一级。"),
        ("220199000000", "“户籍地”不是现行行政区划，请从列表中重新选择。"),
    ],
)
def test_validate_region_refused(value: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        forms.validate(schema=make_schema(4), answers={"place": value})
    assert refusal.value.details == {"place": sentence}


def test_validate_region() -> None:
    assert forms.validate(schema=make_schema(4), answers={"place": "220102001000"}) == {"place": "220102001000"}


def test_preview_shows_full_name() -> None:
    form = forms.preview_form(schema=make_schema(4), answers={"place": "220102001000"})
    assert form.fields[0].display == "吉林省长春市南关区南岭街道"
    assert [select.value for select in form.fields[0].region_selects] == ["220102000000", "220102001000"]
