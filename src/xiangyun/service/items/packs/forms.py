"""Application forms made from a guide's fields and the data elements behind them (一数一源: a field is an element).

Each handling item has a form of its own: what it does not need is left out, and what the situation questions have
answered is not asked again but carried along (`s_<question>`), so that fields and choices can depend on it.
"""

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
_KNOWN = "s_"
_OVERRIDES = {
    "skip", "label", "required", "widget", "options", "only", "free", "multiple", "hint", "visible_if", "format",
    "editable", "prefill", "unit", "max", "default", "when", "prefill_when", "options_when",
    "by_kind",
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
    own: Mapping[str, Mapping[str, Any]], handling: Mapping[str, str],
) -> dict[str, Any]:  # fmt: skip
    """Return the JSON Schema of a handling item's form; `own` is what the settings say of the guide.

    `when` of a section holds for each of its fields, together with the field's own. Who has the certificate already is
    not asked for what stands on it.
    """
    held = (
        f"certificate.{kinds[0]}."
        if (kinds := node["result"].get("certificates")) and handling["kind"] != "NEW"
        else ""
    )
    fields, of_section = own.get("fields") or {}, own.get("sections") or {}
    implied = {
        question["var"]: [o["value"] for o in question["options"] if o.get("handling_item") == handling["id"]]
        for question in node["situations"]
    }
    properties: dict[str, Any] = {}
    required: list[str] = []
    sections: list[dict[str, Any]] = []
    for section in node["form_sections"]:
        names: list[str] = []
        for field in section["fields"]:
            code = field["element"]
            general = settings.by_element.get(code, {})
            choice = {**general, **general.get("by_kind", {}).get(handling["kind"], {}), **fields.get(code, {})}
            if code not in elements:
                file.error(field.line, f"数据元“{code}”不存在")
                continue
            when = _left_open(of_section.get(section["section"], {}).get("when", {}) | choice.get("when", {}), implied)
            if _left_open(choice.get("prefill_when", {}), implied) is None:
                choice["prefill"] = []
            if choice.get("skip") or elements[code].data_type == "G" or code in properties or when is None:
                continue
            if _PROXY in (choice.get("visible_if") or "") and _PROXY not in properties:
                properties[_PROXY] = {
                    "type": "boolean", "title": "委托他人代为办理", "x-widget": "checkbox", "x-prefill": ["agent.acts"],
                }  # fmt: skip
                names.append(_PROXY)
            if held:
                sources = choice.get("prefill", settings.prefill.get(code, []))
                choice = {"editable": not sources or code in settings.editable, **choice}
                choice["prefill"] = list(dict.fromkeys([*sources, held + code]))
            properties[code] = _field(field, elements[code], settings, {**choice, "when": when})
            names.append(code)
            if choice.get("required", field["required"]) and elements[code].data_type != "L":
                required.append(code)
        if names:
            sections.append({"title": section["section"], "fields": names})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "title": f"{handling['full_name']}申请表",
        "properties": {**_known(node, properties), **properties},
        "required": required,
        "x-sections": sections,
    }


def list_questions_in(schema: Mapping[str, Any]) -> set[str]:
    """Name the situation questions whose answers a form reads."""
    return {name.removeprefix(_KNOWN) for name, prop in schema["properties"].items() if prop["x-widget"] == "hidden"}


def _left_open(when: Mapping[str, list[str]], implied: Mapping[str, list[str]]) -> dict[str, list[str]] | None:
    """Return the conditions that the handling item leaves open; None where it rules the field out."""
    if any(implied.get(var) and not set(implied[var]) & set(values) for var, values in when.items()):
        return None
    return {var: values for var, values in when.items() if not implied.get(var)}


def _known(node: YamlMap, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return a field that is never shown for each situation question on which a field or a choice depends."""
    texts = " ".join(
        text
        for prop in properties.values()
        for text in (prop.get("x-visible-if", ""), *(o.get("visible-if", "") for o in prop.get("x-options", [])))
    )
    return {
        f"{_KNOWN}{question['var']}": {
            "type": "string",
            "title": question["question"],
            "x-widget": "hidden",
            "x-prefill": [f"situation.{question['var']}"],
            "x-readonly-when-prefilled": True,
        }
        for question in node["situations"]
        if f"{_KNOWN}{question['var']} " in texts
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
        ("format", "x-format"),
        ("unit", "x-unit"),
        ("default", "default"),
    ):
        if key in choice:
            prop[keyword] = choice[key]
    conditions = [f"{_KNOWN}{var} in {values}" for var, values in choice["when"].items()]
    if choice.get("visible_if"):
        conditions.append(choice["visible_if"])
    if conditions:
        prop["x-visible-if"] = " and ".join(conditions)
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
    if element.code_table == "region" and not choice.get("free"):
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
        return [_option(str(name), str(name), choice) for name in given]
    table = standards.list_code_values(table=element.code_table) if element.code_table else []
    if table:
        names = {value.code: value.name for value in table}
        return [_option(code, names[code], choice) for code in choice.get("only", names)]
    return [_option(str(name), str(name), choice) for name in settings.options.get(element.code, [])]


def _option(value: str, label: str, choice: Mapping[str, Any]) -> dict[str, str]:
    """Return a choice, with its condition where it fits some answers to a situation question only."""
    rules = [
        f"{_KNOWN}{var} in {[answer for answer, values in by_answer.items() if value in values]}"
        for var, by_answer in choice.get("options_when", {}).items()
    ]
    return {"value": value, "label": label} | ({"visible-if": " and ".join(rules)} if rules else {})


def check_conditions(file: PackFile, own: YamlMap, node: YamlMap) -> None:
    """Note in `file`, the settings, each condition that names no question or no option of the guide."""
    offered = {question["var"]: {o["value"] for o in question["options"]} for question in node["situations"]}
    titles = {section["section"] for section in node["form_sections"]}
    for name, section in (own.get("sections") or {}).items():
        if name not in titles:
            file.error(section.line, f"表单中没有分组“{name}”")
    choices = [*(own.get("fields") or {}).values(), *(own.get("sections") or {}).values()]
    for choice in choices:
        for key in ("when", "prefill_when", "options_when"):
            for var, answers in (choice.get(key) or {}).items():
                if unknown := set(answers) - offered.get(var, set()):
                    file.error(choice.line, f"{key} 引用了不存在的情形：{var}={'、'.join(sorted(unknown))}")
