"""Makers of definitions, people and filled forms for tests."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from django.contrib.auth import get_user_model

from xiangyun.foundation.forms import api as forms
from xiangyun.kit.actors import Actor

AT = datetime(2026, 11, 20, 6, 5, tzinfo=UTC)
_numbers = count(1)


def make_actor(**changes: Any) -> Actor:
    """A citizen with an account."""
    number = next(_numbers)
    user = get_user_model().objects.create(username=f"forms-person-{number}")
    return Actor(**{"user_id": user.pk, "name": "王小明", "trust_level": 2} | changes)


def make_schema(**changes: Any) -> dict[str, Any]:
    """A form with every widget and one condition."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "食品经营许可申请书",
        "type": "object",
        "required": ["org_name", "uscc", "premises_area", "food_items", "mobile"],
        "properties": {
            "org_name": {
                "type": "string",
                "title": "企业名称",
                "maxLength": 60,
                "x-element": "org_name",
                "x-prefill": ["subject.org_name"],
                "x-readonly-when-prefilled": True,
            },
            "uscc": {
                "type": "string",
                "title": "统一社会信用代码",
                "x-widget": "uscc",
                "x-prefill": ["subject.uscc"],
            },
            "mobile": {"type": "string", "title": "手机号码", "x-widget": "mobile", "x-mask": "mobile"},
            "email": {"type": "string", "title": "电子邮箱", "format": "email"},
            "premises_area": {
                "type": "number",
                "title": "经营场所面积",
                "exclusiveMinimum": 0,
                "maximum": 100000,
                "x-unit": "平方米",
            },
            "capital": {"type": "number", "title": "注册资本", "x-widget": "money", "minimum": 0},
            "staff_count": {"type": "integer", "title": "从业人数", "minimum": 1},
            "food_items": {
                "type": "array",
                "title": "经营项目",
                "minItems": 1,
                "x-options": [
                    {"value": "packed", "label": "预包装食品销售"},
                    {"value": "bulk", "label": "散装食品销售"},
                    {"value": "hot", "label": "热食类食品制售"},
                ],
            },
            "biz_form": {
                "type": "string",
                "title": "主体业态",
                "x-widget": "radio",
                "x-options": [{"value": "sale", "label": "食品销售"}, {"value": "cater", "label": "餐饮服务"}],
            },
            "kitchen": {"type": "boolean", "title": "是否中央厨房", "x-visible-if": "biz_form == 'cater'"},
            "kitchen_note": {
                "type": "string",
                "title": "中央厨房说明",
                "x-widget": "textarea",
                "minLength": 2,
                "x-visible-if": "kitchen == true",
            },
            "opened_on": {"type": "string", "format": "date", "title": "开业日期"},
            "promise": {"type": "boolean", "title": "本人承诺所填属实", "x-widget": "checkbox"},
        },
        "x-sections": [
            {"title": "主体信息", "fields": ["org_name", "uscc", "mobile", "email"]},
            {
                "title": "经营信息",
                "fields": [
                    "premises_area",
                    "capital",
                    "staff_count",
                    "food_items",
                    "biz_form",
                    "kitchen",
                    "kitchen_note",
                    "opened_on",
                    "promise",
                ],
            },
        ],
    } | changes


def make_answers(**changes: Any) -> dict[str, Any]:
    """Right answers to `make_schema`."""
    return {
        "org_name": "长春市𠮷食餐饮有限公司",
        "uscc": "91220101MA0Y1TXX40",
        "mobile": "13904310001",
        "premises_area": 86.5,
        "food_items": ["packed", "hot"],
    } | changes


def open_filled(actor: Actor, prefilled: dict[str, forms.Prefill] | None = None, **changes: Any) -> forms.FormRef:
    """A draft of `make_schema`."""
    forms.load_form(key="food", schema=make_schema(**changes), source="tests")
    return forms.open_form(actor=actor, key="food", prefilled=prefilled or {}, at=AT)


def make_prefill(value: Any, source: str = "营业执照") -> forms.Prefill:
    """A value that government holds."""
    return forms.Prefill(value, source, date(2025, 3, 1))
