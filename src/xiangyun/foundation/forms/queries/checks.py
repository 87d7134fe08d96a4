"""What must hold of a form definition before it is loaded; every problem is told with its place."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jsonschema_rs

from xiangyun.foundation.forms.queries.definitions import WIDGETS, default_widget, list_field_order
from xiangyun.foundation.forms.queries.formats import FORMATS
from xiangyun.kit.expressions import ExpressionError, compile_expression, names_in
from xiangyun.kit.privacy import KINDS

KINDS_OF_ANSWER = ("string", "integer", "number", "boolean", "array")
LEVELS = {2: "市", 3: "县", 4: "乡", 5: "村"}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")


def list_problems(*, schema: Any) -> list[str]:
    """List all that is wrong with a definition, in Chinese; an empty list means that it can be used."""
    problems = list(_outer(schema))
    if problems:
        return problems
    for name, prop in schema["properties"].items():
        problems += [f"字段 {name}：{text}" for text in _field(name, prop)]
    if not problems:
        problems += _sections(schema)
    if not problems:
        problems += [*_conditions(schema), *_defaults(schema), *_prefills(schema), *_compiles(schema)]
    return problems


def _outer(schema: Any) -> Iterator[str]:
    if not isinstance(schema, Mapping):
        yield "定义必须是一个JSON对象"
        return
    try:
        jsonschema_rs.meta.validate(dict(schema))
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, TypeError, ValueError) as error:
        place = "/".join(map(str, getattr(error, "instance_path", None) or [])) or "最外层"
        yield f"不是有效的JSON Schema 2020-12（{place}）"
        return
    if schema.get("type") != "object":
        yield 'type 必须是 "object"'
    if not str(schema.get("title") or "").strip():
        yield "缺少 title（表单名称）"
    properties = schema.get("properties")
    if not isinstance(properties, Mapping) or not properties:
        yield "properties 中没有字段"
        return
    for name in schema.get("required", []):
        if name not in properties:
            yield f"required 中的 {name} 没有定义"
    for name, prop in properties.items():
        if not isinstance(prop, Mapping):
            yield f"字段 {name}：必须是一个JSON对象"


def _field(name: str, prop: Mapping[str, Any]) -> Iterator[str]:
    if not _NAME.match(name):
        yield "字段名只能用小写字母、数字和下划线，以字母开头"
    if not str(prop.get("title") or "").strip():
        yield "缺少 title（字段名称）"
    kind = prop.get("type")
    if kind not in KINDS_OF_ANSWER:
        yield f"type 只能是 {'、'.join(KINDS_OF_ANSWER)} 之一"
        return
    widget = prop.get("x-widget") or default_widget(prop)
    if widget not in WIDGETS:
        yield f"没有 {widget} 这种控件"
    elif kind not in WIDGETS[widget]:
        yield f"控件 {widget} 不能填写 {kind} 类型"
    if "$ref" in prop:
        yield "不能使用 $ref，请直接写出定义"
    yield from _options(kind, widget, prop)
    yield from _keywords(prop)


def _options(kind: str, widget: str, prop: Mapping[str, Any]) -> Iterator[str]:
    options = prop.get("x-options")
    values = prop.get("enum") or (prop.get("items") if isinstance(prop.get("items"), Mapping) else {}).get("enum")  # type: ignore[union-attr]
    if options is None:
        if values is None and kind != "boolean" and widget in ("select", "radio", "checkbox"):
            yield "选择类控件须用 x-options 列出选项"
        return
    if not isinstance(options, list) or not options:
        yield "x-options 必须是非空列表"
        return
    expected = bool if kind == "boolean" else str
    for option in options:
        is_pair = isinstance(option, Mapping) and "value" in option and str(option.get("label") or "").strip()
        if not is_pair or not isinstance(option["value"], expected):
            yield "x-options 的每一项须有 value 和 label，且 value 与字段类型一致"
            return
    given = [option["value"] for option in options]
    if len(set(given)) < len(given):
        yield "x-options 中有重复的 value"
    if values is not None and list(values) != given:
        yield "enum 与 x-options 的取值不一致"


def _keywords(prop: Mapping[str, Any]) -> Iterator[str]:
    rules: list[tuple[str, Callable[[Any], bool], str]] = [
        ("x-format", lambda value: value in FORMATS, f"只能是 {'、'.join(FORMATS)} 之一"),
        ("x-mask", lambda value: value in KINDS, f"只能是 {'、'.join(sorted(KINDS))} 之一"),
        ("x-element", lambda value: isinstance(value, str) and bool(value), "须为数据元标识"),
        ("x-visible-if", lambda value: isinstance(value, str), "须为表达式"),
        ("x-readonly-when-prefilled", lambda value: isinstance(value, bool), "须为 true 或 false"),
        ("x-region-level", lambda value: value in LEVELS, "只能是 2市、3县、4乡、5村"),
        ("x-unit", lambda value: isinstance(value, str), "须为文字"),
        ("x-error", lambda value: isinstance(value, str) and bool(value), "须为一句中文提示"),
    ]
    for keyword, is_right, sentence in rules:
        if keyword in prop and not is_right(prop[keyword]):
            yield f"{keyword} {sentence}"
    if "x-format" in prop and prop.get("type") != "string":
        yield "x-format 只能用于 string 类型"
    known = {"x-widget", "x-options", "x-prefill", *(rule[0] for rule in rules)}
    for keyword in prop:
        if keyword.startswith("x-") and keyword not in known:
            yield f"不认识的关键字 {keyword}"


def _sections(schema: Mapping[str, Any]) -> Iterator[str]:
    sections = schema.get("x-sections", [])
    if not isinstance(sections, list):
        yield "x-sections 必须是列表"
        return
    seen: set[str] = set()
    for number, section in enumerate(sections, start=1):
        names = section.get("fields") if isinstance(section, Mapping) else None
        if not isinstance(names, list) or not str(section.get("title") or "").strip():
            yield f"第{number}个分组须有 title 和 fields"
            continue
        for name in names:
            if name not in schema["properties"]:
                yield f"分组“{section['title']}”中的 {name} 没有定义"
            elif name in seen:
                yield f"字段 {name} 出现在多个分组中"
            seen.add(name)


def _conditions(schema: Mapping[str, Any]) -> Iterator[str]:
    """A condition looks back only: then one pass decides, and no two fields can wait for each other."""
    earlier: set[str] = set()
    for name in list_field_order(schema):
        text = schema["properties"][name].get("x-visible-if")
        if text:
            try:
                compile_expression(text)
            except ExpressionError as error:
                yield f"字段 {name}：x-visible-if {error.text}"
            else:
                for used in sorted(names_in(text) - earlier):
                    fault = "只能引用排在前面的字段" if used in schema["properties"] else "引用了不存在的字段"
                    yield f"字段 {name}：x-visible-if {fault} {used}"
        for option in schema["properties"][name].get("x-options", []):
            yield from _option_rule(name, option, earlier)
        earlier.add(name)


def _option_rule(name: str, option: Mapping[str, Any], earlier: set[str]) -> Iterator[str]:
    if text := option.get("visible-if"):
        try:
            compile_expression(text)
        except ExpressionError as error:
            yield f"字段 {name}：选项“{option['label']}”的 visible-if {error.text}"
        else:
            for used in sorted(names_in(text) - earlier):
                yield f"字段 {name}：选项“{option['label']}”的 visible-if 只能引用排在前面的字段，不能引用 {used}"


def _defaults(schema: Mapping[str, Any]) -> Iterator[str]:
    for name, prop in schema["properties"].items():
        options = [option["value"] for option in prop.get("x-options", [])]
        if "default" in prop and options and prop["default"] not in options:
            yield f"字段 {name}：default “{prop['default']}”不在选项中"


def _prefills(schema: Mapping[str, Any]) -> Iterator[str]:
    for name, prop in schema["properties"].items():
        paths = prop.get("x-prefill", [])
        if not isinstance(paths, list) or not all(isinstance(path, str) and path for path in paths):
            yield f"字段 {name}：x-prefill 须为来源路径的列表"


def _compiles(schema: Mapping[str, Any]) -> Iterator[str]:
    try:
        jsonschema_rs.Draft202012Validator(dict(schema), validate_formats=True, offline=True)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
        yield f"不能编译：{str(error).splitlines()[0]}"
