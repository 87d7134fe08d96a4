"""Errors of JSON Schema as sentences that a citizen can act on."""

from collections.abc import Callable, Mapping
from typing import Any

import jsonschema_rs

from xiangyun.foundation.forms.queries.definitions import Definition, Field

Kind = jsonschema_rs.ValidationErrorKind
_FORMAT_SENTENCES = {
    "date": "日期应写作 2026-11-20 的样子",
    "email": "电子邮箱应写作 name@example.cn 的样子",
    "date-time": "时间格式不正确",
    "time": "时间应写作 14:05:00 的样子",
    "uri": "网址应以 http:// 或 https:// 开头",
}


def sentence_of(definition: Definition, error: jsonschema_rs.ValidationError) -> tuple[str, str]:
    """Return the field and what to do; the field is empty for a rule between fields."""
    kind = error.kind
    if isinstance(kind, Kind.Required) and not error.instance_path:
        name = kind.property
        field = definition.fields.get(name)
        return (name, missing(field)) if field else ("", f"缺少 {name}。")
    if not error.instance_path:
        return "", _between(definition)
    name = str(error.instance_path[0])
    field = definition.fields[name]
    own = field.rules.get("x-error")
    return name, own or f"“{field.title}”{_rule(field, kind, error)}。"


def missing(field: Field) -> str:
    """Say that a required field is empty."""
    return f"请{'选择' if field.is_chosen else '填写'}“{field.title}”。"


def _between(definition: Definition) -> str:
    return definition.schema.get("x-error") or "所填各项之间不一致，请核对后再提交。"


def _rule(field: Field, kind: Any, error: jsonschema_rs.ValidationError) -> str:
    for each, write in _SENTENCES.items():
        if isinstance(kind, each):
            return write(kind, field)
    return "填写不符合要求，请按提示修改"


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _format(kind: Any, field: Field) -> str:
    return _FORMAT_SENTENCES.get(str(kind.format), "格式不正确，请按提示修改")


def _choice(kind: Any, field: Field) -> str:
    return "请从所列选项中选择"


def _const(kind: Any, field: Field) -> str:
    return "须勾选后才能提交" if field.kind == "boolean" else "填写不符合要求，请按提示修改"


def _multiple(kind: Any, field: Field) -> str:
    text = _number(kind.multiple_of) if hasattr(kind, "multiple_of") else ""
    decimals = {"0.1": "最多保留1位小数", "0.01": "最多保留2位小数", "1": "应填写整数", "1.0": "应填写整数"}
    return decimals.get(text, f"应为{text}的倍数" if text else "数值精度不符合要求")


_SENTENCES: Mapping[Any, Callable[[Any, Field], str]] = {
    Kind.MinLength: lambda kind, field: f"至少填写{kind.limit}个字",
    Kind.MaxLength: lambda kind, field: f"最多填写{kind.limit}个字",
    Kind.Minimum: lambda kind, field: f"不能小于{_number(kind.limit)}{field.unit}",
    Kind.Maximum: lambda kind, field: f"不能大于{_number(kind.limit)}{field.unit}",
    Kind.ExclusiveMinimum: lambda kind, field: f"须大于{_number(kind.limit)}{field.unit}",
    Kind.ExclusiveMaximum: lambda kind, field: f"须小于{_number(kind.limit)}{field.unit}",
    Kind.MultipleOf: _multiple,
    Kind.MinItems: lambda kind, field: f"至少选择{kind.limit}项",
    Kind.MaxItems: lambda kind, field: f"最多选择{kind.limit}项",
    Kind.UniqueItems: lambda kind, field: "有重复的选项",
    Kind.Enum: _choice,
    Kind.Constant: _const,
    Kind.Pattern: lambda kind, field: "格式不正确，请按提示修改",
    Kind.Format: _format,
}
