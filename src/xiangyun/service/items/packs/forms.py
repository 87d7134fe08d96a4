"""Application forms made from a guide's fields and the data elements behind them (一数一源: a field is an element)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xiangyun.data.standards import api as standards
from xiangyun.foundation.packs.api import PackFile, YamlMap, plain

_UNIT = re.compile(r"^(.+)（([^（）]{1,8})）$")
_LONG_TEXT = 300
_FEW_OPTIONS = 5
_PROXY = "has_proxy"
_OVERRIDES = {
    "skip", "label", "required", "widget", "options", "only", "free", "multiple", "hint", "visible_if", "format",
    "editable", "prefill", "unit", "max",
}  # fmt: skip


@dataclass(frozen=True)
class FormSettings:
    """What the pack says of fields: `by_element` for all forms, `prefill` sources by element, and who may be edited."""

    by_element: Mapping[str, Mapping[str, Any]]
    options: Mapping[str, list[str]]
    prefill: Mapping[str, list[str]]
    editable: frozenset[str]


def read_form_settings(file: PackFile, settings: YamlMap, prefill: YamlMap) -> FormSettings:
    """Read the common part of `guide_settings.yaml`, and `prefill.yaml`; note unknown keys of `file`, the settings."""
    own = [guide.get("fields") or {} for guide in (settings.get("guides") or {}).values()]
    for fields in (settings.get("fields") or {}, *own):
        for choice in fields.values():
            file.check_keys(choice, optional=_OVERRIDES)
    return FormSettings(
        by_element=plain(settings.get("fields") or {}),
        options=plain(settings.get("options") or {}),
        prefill=plain(prefill["sources"]),
        editable=frozenset(prefill.get("editable") or []),
    )


def build_schema(
    file: PackFile, node: YamlMap, elements: Mapping[str, standards.ElementRef], settings: FormSettings,
    own: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    """Return the JSON Schema of a guide's form; `own` holds the guide's own field settings."""
    properties: dict[str, Any] = {}
    required: list[str] = []
    sections: list[dict[str, Any]] = []
    for section in node["form_sections"]:
        names: list[str] = []
        if any(field["element"] == "proxy_name" for field in section["fields"]):
            properties[_PROXY] = {"type": "boolean", "title": "委托他人代为办理", "x-widget": "checkbox"}
            names.append(_PROXY)
        for field in section["fields"]:
            code = field["element"]
            choice = {**settings.by_element.get(code, {}), **own.get(code, {})}
            if code not in elements:
                file.error(field.line, f"数据元“{code}”不存在")
                continue
            if choice.get("skip") or elements[code].data_type == "G" or code in properties:
                continue
            properties[code] = _field(field, elements[code], settings, choice)
            names.append(code)
            if choice.get("required", field["required"]) and elements[code].data_type != "L":
                required.append(code)
        if names:
            sections.append({"title": section["section"], "fields": names})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "title": f"{node['title']}申请表",
        "properties": properties,
        "required": required,
        "x-sections": sections,
    }


def _field(
    field: YamlMap, element: standards.ElementRef, settings: FormSettings, choice: Mapping[str, Any]
) -> dict[str, Any]:
    title = str(choice.get("label") or field["label"])
    match = _UNIT.match(title)
    prop: dict[str, Any] = {"type": "string", "title": title, "x-element": element.code}
    if element.data_type in ("N", "I", "Y"):
        prop.update(_number(element, choice))
        if match:
            prop["title"], prop["x-unit"] = match[1], match[2]
    elif element.data_type == "L":
        prop.update({"type": "boolean", "x-widget": choice.get("widget", "checkbox")})
    elif element.data_type == "D":
        prop.update({"format": "date", "x-widget": "date"})
    else:
        prop.update(_text(element, settings, choice))
    for key, keyword in (
        ("hint", "description"),
        ("visible_if", "x-visible-if"),
        ("format", "x-format"),
        ("unit", "x-unit"),
    ):
        if key in choice:
            prop[keyword] = choice[key]
    mask = "hidden" if element.mask == "full" else element.mask
    if mask and mask != "none":
        prop["x-mask"] = mask
    prefill = choice.get("prefill", settings.prefill.get(element.code))
    if prefill:
        prop["x-prefill"] = prefill
        if not choice.get("editable", element.code in settings.editable):
            prop["x-readonly-when-prefilled"] = True
    return prop


def _number(element: standards.ElementRef, choice: Mapping[str, Any]) -> dict[str, Any]:
    prop: dict[str, Any] = {"type": "integer" if element.data_type == "I" else "number", "minimum": 0}
    prop["x-widget"] = "money" if element.data_type == "Y" else "number"
    if "max" in choice:
        prop["maximum"] = choice["max"]
    return prop


def _text(element: standards.ElementRef, settings: FormSettings, choice: Mapping[str, Any]) -> dict[str, Any]:
    if element.code_table == "region":
        return {"x-widget": "region"}
    options = [] if choice.get("free") else _options(element, settings, choice)
    if options and choice.get("multiple"):
        return {"type": "array", "x-widget": "checkbox", "x-options": options}
    if options:
        widget = choice.get("widget") or ("radio" if len(options) <= _FEW_OPTIONS else "select")
        return {"x-widget": widget, "x-options": options}
    length = choice.get("max") or (int(element.length) if element.length.isdigit() else 0) or _LONG_TEXT
    widget = choice.get("widget") or ("textarea" if length > _LONG_TEXT else "text")
    return {"maxLength": length, "x-widget": widget}


def _options(element: standards.ElementRef, settings: FormSettings, choice: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the choices: the setting's own, else the element's code table (or `only` some of it), else the pack's."""
    if given := choice.get("options"):
        return [{"value": str(name), "label": str(name)} for name in given]
    table = standards.list_code_values(table=element.code_table) if element.code_table else []
    if table:
        only = choice.get("only")
        return [{"value": v.code, "label": v.name} for v in table if only is None or v.code in only]
    return [{"value": str(name), "label": str(name)} for name in settings.options.get(element.code, [])]
