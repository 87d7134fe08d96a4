"""Validation: one Chinese sentence for each wrong field, hidden questions dropped, right answers unchanged."""

import re
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from xiangyun.foundation.forms import api as forms
from xiangyun.foundation.forms.queries.answers import parse_post
from xiangyun.foundation.forms.queries.definitions import read_definition
from xiangyun.foundation.forms.tests.factories import make_answers, make_schema
from xiangyun.kit.errors import ValidationError

CHINESE = re.compile(r"[\u4e00-\u9fff].*。$")


def refused(**changes: Any) -> dict[str, str]:
    with pytest.raises(ValidationError) as refusal:
        forms.validate(schema=make_schema(), answers=make_answers(**changes))
    return refusal.value.details


def test_validate_right_answers() -> None:
    assert forms.validate(schema=make_schema(), answers=make_answers()) == make_answers()


def test_validate_all_missing() -> None:
    with pytest.raises(ValidationError) as refusal:
        forms.validate(schema=make_schema(), answers={})
    assert refusal.value.details == {
        "org_name": "请填写“企业名称”。",
        "uscc": "请填写“统一社会信用代码”。",
        "mobile": "请填写“手机号码”。",
        "premises_area": "请填写“经营场所面积”。",
        "food_items": "请选择“经营项目”。",
    }


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("org_name", "长" * 61, "“企业名称”最多填写60个字。"),
        ("org_name", 5, "“企业名称”应填写文字。"),
        ("org_name", "坏\ud800字", "“企业名称”中有无法识别的字符，请删除后重新填写。"),
        ("premises_area", 0, "“经营场所面积”须大于0平方米。"),
        ("premises_area", 100001, "“经营场所面积”不能大于100000平方米。"),
        ("premises_area", "很大", "“经营场所面积”应填写数字，最多15位。"),
        ("premises_area", float("nan"), "“经营场所面积”应填写数字，最多15位。"),
        ("premises_area", True, "“经营场所面积”应填写数字，最多15位。"),
        ("premises_area", 10**40, "“经营场所面积”应填写数字，最多15位。"),
        ("capital", 1.005, "“注册资本”最多保留2位小数。"),
        ("capital", -1, "“注册资本”不能小于0元。"),
        ("staff_count", 1.5, "“从业人数”应填写整数。"),
        ("food_items", ["packed", "x"], "“经营项目”请从所列选项中选择。"),
        ("food_items", "packed", "“经营项目”请从所列选项中选择。"),
        ("food_items", ["packed", "packed"], "“经营项目”有重复的选项。"),
        ("biz_form", "x", "“主体业态”请从所列选项中选择。"),
        ("email", "x", "“电子邮箱”电子邮箱应写作 name@example.cn 的样子。"),
        ("opened_on", "2026-02-30", "“开业日期”日期应写作 2026-11-20 的样子。"),
        ("promise", "yes", "“本人承诺所填属实”请选择“是”或“否”。"),
        ("nobody", "x", "本表单没有这一项，请删除后再提交。"),
    ],
)
def test_validate_wrong_value(name: str, value: Any, sentence: str) -> None:
    assert refused(**{name: value}) == {name: sentence}


@pytest.mark.parametrize(("name", "value"), [("mobile", "12345"), ("uscc", "91220101MA0Y1TXX41"), ("uscc", "<script>")])
def test_validate_wrong_official_number(name: str, value: str) -> None:
    details = refused(**{name: value})
    assert list(details) == [name]
    assert CHINESE.search(details[name])


def test_validate_normalises_official_numbers() -> None:
    given_answers = make_answers(mobile="+86 139 0431 0001", uscc="91220101ma0y1txx40")
    clean = forms.validate(schema=make_schema(), answers=given_answers)
    assert (clean["mobile"], clean["uscc"]) == ("13904310001", "91220101MA0Y1TXX40")


def test_validate_takes_full_width_digits() -> None:
    clean = forms.validate(schema=make_schema(), answers=make_answers(mobile="13904310001"))
    assert clean["mobile"] == "13904310001"


def test_validate_drops_answers_to_hidden_questions() -> None:
    hidden = make_answers(biz_form="sale", kitchen=True, kitchen_note="x")
    assert forms.validate(schema=make_schema(), answers=hidden) == make_answers(biz_form="sale")


def test_validate_asks_hidden_required_question_only_when_shown() -> None:
    schema = make_schema(required=["kitchen_note"])
    assert forms.validate(schema=schema, answers={"biz_form": "sale", "kitchen": True}) == {"biz_form": "sale"}
    with pytest.raises(ValidationError) as refusal:
        forms.validate(schema=schema, answers={"biz_form": "cater", "kitchen": True})
    assert refusal.value.details == {"kitchen_note": "请填写“中央厨房说明”。"}


def test_validate_rule_between_fields() -> None:
    schema = make_schema(dependentRequired={"capital": ["staff_count"]})
    with pytest.raises(ValidationError) as refusal:
        forms.validate(schema=schema, answers=make_answers(capital=5))
    assert refusal.value.details == {"staff_count": "请填写“从业人数”。"}


def test_validate_own_sentence() -> None:
    schema = make_schema()
    schema["properties"]["org_name"] |= {"pattern": "公司$", "x-error": "企业名称应以“公司”结尾。"}
    with pytest.raises(ValidationError) as refusal:
        forms.validate(schema=schema, answers=make_answers(org_name="小店"))
    assert refusal.value.details == {"org_name": "企业名称应以“公司”结尾。"}


def test_validate_field_called_message() -> None:
    schema = make_schema(required=["message"])
    schema["properties"]["message"] = {"type": "string", "title": "留言"}
    with pytest.raises(ValidationError) as refusal:
        forms.validate(schema=schema, answers={})
    assert refusal.value.details == {"message": "请填写“留言”。"}


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert('x')</script>",
        "𠮷㛃𪚥龘",
        "'; drop table forms_filledform; --",
        "{{ form }}{% load x %}",
        "👨‍👩‍👧 é é",
        "#show: x => [] \\u{0}",
    ],
)
def test_validate_hostile_text_survives(text: str) -> None:
    assert forms.validate(schema=make_schema(), answers=make_answers(org_name=text))["org_name"] == text


def test_parse_post_reads_types() -> None:
    data = QueryDict(mutable=True)
    data.update({"premises_area": "1,086.50", "staff_count": "12", "opened_on": "2026年3月5日"})
    data.update({"kitchen": "true", "promise": "true", "capital": "100000.00", "email": " a@b.cn "})
    data.setlist("food_items", ["packed", "hot"])
    assert parse_post(read_definition(make_schema()), data) == {
        "email": "a@b.cn",
        "premises_area": 1086.5,
        "capital": 100000,
        "staff_count": 12,
        "food_items": ["packed", "hot"],
        "kitchen": True,
        "opened_on": "2026-03-05",
        "promise": True,
    }


def test_parse_post_tells_empty_from_elsewhere() -> None:
    data = QueryDict("xy-fields=food_items,promise,kitchen&org_name=")
    assert parse_post(read_definition(make_schema()), data) == {
        "org_name": None,
        "food_items": None,
        "kitchen": None,
        "promise": False,
    }


@pytest.mark.parametrize("text", ["很多", "1e999", "NaN", "Infinity", "9" * 16, "1" * 5000, "２０²"])
def test_parse_post_unreadable_number_stays_text(text: str) -> None:
    data = QueryDict(mutable=True)
    data["premises_area"] = text
    assert parse_post(read_definition(make_schema()), data) == {"premises_area": text}


wild_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(make_schema()["properties"])), wild_values))
def test_validate_any_answers_are_taken_or_refused_in_chinese(answers: dict[str, Any]) -> None:
    try:
        clean = forms.validate(schema=make_schema(), answers=answers)
    except ValidationError as refusal:
        assert refusal.details
        for name, sentence in refusal.details.items():
            assert name in make_schema()["properties"]
            assert CHINESE.search(sentence), (name, sentence)
    else:
        assert forms.validate(schema=make_schema(), answers=clean) == clean


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(sorted(make_schema()["properties"])) | st.just("xy-fields"),
        st.lists(st.text(st.characters(codec="utf-8"), max_size=20), max_size=3),
    )
)
def test_parse_post_never_breaks(posted: dict[str, list[str]]) -> None:
    data = QueryDict(mutable=True)
    for name, values in posted.items():
        data.setlist(name, values)
    answers = parse_post(read_definition(make_schema()), data)
    assert set(answers) <= set(make_schema()["properties"])
