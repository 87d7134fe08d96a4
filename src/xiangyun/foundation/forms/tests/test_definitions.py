"""Definitions: what is refused with which sentence, versions, order of questions."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiangyun.foundation.forms import api as forms
from xiangyun.foundation.forms.errors import BadDefinition, UnknownForm
from xiangyun.foundation.forms.models import FormDefinition
from xiangyun.foundation.forms.tests.factories import make_schema


def with_field(**prop: Any) -> dict[str, Any]:
    schema = make_schema()
    schema["properties"]["extra"] = {"type": "string", "title": "其他"} | prop
    return schema


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        ([], "定义必须是一个JSON对象"),
        (
            {"type": "object", "properties": {"a": {"type": "strin"}}},
            "不是有效的JSON Schema 2020-12（properties/a/type）",
        ),
        ({"type": "object", "title": "空表"}, "properties 中没有字段"),
        (make_schema(title=" "), "缺少 title（表单名称）"),
        (make_schema(required=["nothing"]), "required 中的 nothing 没有定义"),
        (with_field(title=""), "字段 extra：缺少 title（字段名称）"),
        (with_field(type="object"), "字段 extra：type 只能是 string、integer、number、boolean、array 之一"),
        (with_field(**{"x-widget": "slider"}), "字段 extra：没有 slider 这种控件"),
        (with_field(**{"x-widget": "number"}), "字段 extra：控件 number 不能填写 string 类型"),
        (with_field(**{"x-widget": "select"}), "字段 extra：选择类控件须用 x-options 列出选项"),
        (
            with_field(**{"x-options": [{"value": 1, "label": "一"}]}),
            "字段 extra：x-options 的每一项须有 value 和 label，且 value 与字段类型一致",
        ),
        (
            with_field(**{"x-options": [{"value": "a", "label": "甲"}, {"value": "a", "label": "乙"}]}),
            "字段 extra：x-options 中有重复的 value",
        ),
        (
            with_field(enum=["b"], **{"x-options": [{"value": "a", "label": "甲"}]}),
            "字段 extra：enum 与 x-options 的取值不一致",
        ),
        (with_field(**{"x-format": "iban"}), "x-format 只能是"),
        (with_field(**{"x-mask": "half"}), "x-mask 只能是"),
        (with_field(**{"x-visable-if": "true"}), "字段 extra：不认识的关键字 x-visable-if"),
        (with_field(**{"x-visible-if": "uscc == "}), "字段 extra：x-visible-if 表达式“uscc ==”"),
        (with_field(**{"x-visible-if": "nobody == 'x'"}), "字段 extra：x-visible-if 引用了不存在的字段 nobody"),
        (with_field(**{"x-visible-if": "extra == 'x'"}), "字段 extra：x-visible-if 只能引用排在前面的字段 extra"),
        (with_field(**{"x-prefill": "subject.name"}), "字段 extra：x-prefill 须为来源路径的列表"),
        (with_field(pattern="("), "不能编译"),
        (with_field(**{"$ref": "https://example.cn/a"}), "字段 extra：不能使用 $ref，请直接写出定义"),
        (make_schema(**{"x-sections": [{"title": "一", "fields": ["nothing"]}]}), "分组“一”中的 nothing 没有定义"),
        (
            make_schema(**{"x-sections": [{"title": "一", "fields": ["uscc", "uscc"]}]}),
            "字段 uscc 出现在多个分组中",
        ),
        (
            with_field(**{"x-options": [{"value": "a", "label": "甲", "visible-if": "later == 'x'"}]}),
            "选项“甲”的 visible-if 只能引用排在前面的字段，不能引用 later",
        ),
        (with_field(**{"x-options": [{"value": "a", "label": "甲"}], "default": "b"}), "default “b”不在选项中"),
    ],
)
def test_list_problems_of_bad_definition(schema: Any, problem: str) -> None:
    found = forms.list_problems(schema=schema)
    assert any(problem in text for text in found), found


def test_list_problems_of_right_definition() -> None:
    assert forms.list_problems(schema=make_schema()) == []


def test_list_problems_field_name() -> None:
    schema = make_schema()
    schema["properties"]['x" onfocus="alert(1)'] = {"type": "string", "title": "坏名"}
    assert any("字段名只能用小写字母" in text for text in forms.list_problems(schema=schema))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "title", "properties", "required", "x-options", "x-sections", "fields", "a", "items"]
            )
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(json_values)
def test_list_problems_never_breaks(schema: Any) -> None:
    assert all(isinstance(text, str) for text in forms.list_problems(schema=schema))


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["a", "b"]), json_values, min_size=1), json_values, json_values)
def test_list_problems_never_breaks_inside(properties: Any, sections: Any, required: Any) -> None:
    schema = {"type": "object", "title": "表", "properties": properties, "x-sections": sections, "required": required}
    assert all(isinstance(text, str) for text in forms.list_problems(schema=schema))


@pytest.mark.django_db
def test_load_form_same_text_keeps_version() -> None:
    first = forms.load_form(key="food", schema=make_schema(), source="guides.yaml")
    again = forms.load_form(key="food", schema=make_schema(), source="guides.yaml")
    assert (first.version, again.version) == (1, 1)
    assert FormDefinition.objects.count() == 1


@pytest.mark.django_db
def test_load_form_changed_text_is_next_version() -> None:
    forms.load_form(key="food", schema=make_schema(), source="guides.yaml")
    changed = forms.load_form(key="food", schema=make_schema(title="新表"), source="guides.yaml")
    assert changed.version == 2
    assert forms.get_form(key="food").title == "新表"
    assert FormDefinition.objects.get(key="food", version=1).title == "食品经营许可申请书"


@pytest.mark.django_db
def test_load_form_bad_writes_nothing() -> None:
    with pytest.raises(BadDefinition) as refusal:
        forms.load_form(key="food", schema=with_field(**{"x-mask": "half", "x-format": "iban"}), source="guides.yaml")
    assert len(refusal.value.details["problems"]) == 2
    assert not FormDefinition.objects.exists()


@pytest.mark.django_db
def test_get_form_keeps_order_of_questions() -> None:
    forms.load_form(key="food", schema=make_schema(), source="tests")
    definition = forms.get_form(key="food")
    assert list(definition.fields)[:4] == ["org_name", "uscc", "mobile", "email"]
    assert [section.title for section in definition.sections] == ["主体信息", "经营信息"]


@pytest.mark.django_db
def test_get_form_unknown() -> None:
    with pytest.raises(UnknownForm):
        forms.get_form(key="nothing")
