"""A form definition read into fields and sections, with its compiled validator; a text is compiled once a process."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import jsonschema_rs

from xiangyun.foundation.forms.errors import UnknownForm
from xiangyun.foundation.forms.models import FormDefinition
from xiangyun.foundation.packs import api as packs
from xiangyun.kit.guomi import sm3

Schema = Mapping[str, Any]

MAX_LINE = 500
MAX_TEXT = 5000
YES_NO = ((True, "是"), (False, "否"))
# what a widget may hold; the first that fits is the default of its type
WIDGETS = {
    "text": ("string",),
    "textarea": ("string",),
    "select": ("string",),
    "radio": ("string", "boolean"),
    "checkbox": ("array", "boolean"),
    "date": ("string",),
    "region": ("string",),
    "mobile": ("string",),
    "citizen_id": ("string",),
    "uscc": ("string",),
    "number": ("integer", "number"),
    "money": ("integer", "number"),
    "hidden": ("string",),  # known and never asked or shown: what conditions of other fields read
}
CHECKED_WIDGETS = ("mobile", "citizen_id", "uscc", "region")
FEW_OPTIONS = 5


# content: it changes only when a pack is loaded
_rows: packs.ContentCache[str, FormDefinition | None] = packs.ContentCache()
_by_id: packs.ContentCache[int, FormDefinition] = packs.ContentCache()


@dataclass(frozen=True)
class Field:
    """One question of a form."""

    name: str
    title: str
    kind: str
    widget: str
    hint: str
    is_required: bool
    options: tuple[tuple[Any, str], ...]
    check: str
    mask: str
    visible_if: str
    element: str
    prefill: tuple[str, ...]
    is_readonly_when_prefilled: bool
    unit: str
    region_level: int
    option_rules: Mapping[Any, str] = field(hash=False)
    rules: Mapping[str, Any] = field(hash=False)

    @property
    def is_chosen(self) -> bool:
        """Whether one picks rather than types."""
        return bool(self.options) or self.widget in ("date", "region")

    @property
    def is_tick(self) -> bool:
        """Whether it is one box whose label is the question itself."""
        return self.widget == "checkbox" and self.kind == "boolean"


@dataclass(frozen=True)
class Section:
    """A titled group of fields."""

    title: str
    hint: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Definition:
    """A readable form: fields in the order in which they are asked, sections, validator."""

    key: str
    version: int
    digest: str
    title: str
    schema: Schema = field(hash=False, repr=False)
    fields: Mapping[str, Field] = field(hash=False, repr=False)
    sections: tuple[Section, ...] = field(repr=False)
    validator: Any = field(hash=False, repr=False)


def digest_of(text: str) -> str:
    """Return the SM3 of a definition's text."""
    return sm3(text.encode()).hex()


def canonical_text(schema: Schema) -> str:
    """Return the definition as it is stored: the order of its fields is the order of the questions."""
    return json.dumps(schema, ensure_ascii=False, separators=(",", ":"))


def read_definition(schema: Schema) -> Definition:
    """Read a checked definition that is not stored."""
    return _compiled(canonical_text(schema), "", 0)


def get_definition(*, key: str) -> Definition:
    """Return the newest definition of a key.

    Raises: UnknownForm.
    """
    return definition_of(get_definition_row(key=key))


def get_definition_row(*, key: str) -> FormDefinition:
    """Return the row of the newest definition of a key.

    Raises: UnknownForm.
    """
    row = _rows.get(key, lambda: FormDefinition.objects.filter(key=key).order_by("-version").first())
    if row is None:
        raise UnknownForm(key=key)
    return row


def forget_definitions() -> None:
    """Read anew which version is the newest."""
    _rows.clear()


def get_definition_by_id(definition_id: int) -> Definition:
    """Return the definition that a filled form refers to."""
    row = _by_id.get(definition_id, lambda: FormDefinition.objects.get(pk=definition_id))
    return definition_of(row)


def definition_of(row: FormDefinition) -> Definition:
    """Return the compiled definition of a row."""
    return _compiled(row.text, row.key, row.version)


def list_field_order(schema: Schema) -> list[str]:
    """List field names in the order in which they are asked: what is known, by section, then those in no section."""
    known = [name for name, prop in schema["properties"].items() if _is_hidden(prop)]
    placed = known + [name for section in schema.get("x-sections", []) for name in section["fields"]]
    return placed + [name for name in schema["properties"] if name not in set(placed)]


def default_widget(prop: Mapping[str, Any]) -> str:
    """Return the widget of a field that names none."""
    kind = prop.get("type")
    if kind == "array":
        return "checkbox"
    if kind == "boolean":
        return "radio"
    if kind in ("integer", "number"):
        return "number"
    if prop.get("x-options") or prop.get("enum"):
        return "radio" if len(prop.get("x-options") or prop["enum"]) <= FEW_OPTIONS else "select"
    return "date" if prop.get("format") == "date" else "text"


@lru_cache(maxsize=1024)
def _compiled(text: str, key: str, version: int) -> Definition:
    schema = json.loads(text)
    order = list_field_order(schema)
    fields = {name: _read_field(schema, name) for name in order}
    return Definition(
        key=key,
        version=version,
        digest=digest_of(text),
        title=schema.get("title", ""),
        schema=schema,
        fields=fields,
        sections=_read_sections(schema, order),
        validator=jsonschema_rs.Draft202012Validator(_closed(schema), validate_formats=True, offline=True),
    )


def _read_field(schema: Schema, name: str) -> Field:
    prop = schema["properties"][name]
    widget = prop.get("x-widget") or default_widget(prop)
    return Field(
        name=name,
        title=prop["title"],
        kind=prop["type"],
        widget=widget,
        hint=prop.get("description", ""),
        is_required=name in schema.get("required", []),
        options=_read_options(prop),
        check=prop.get("x-format") or (widget if widget in CHECKED_WIDGETS else ""),
        mask=prop.get("x-mask", "none"),
        visible_if=prop.get("x-visible-if", ""),
        element=prop.get("x-element", ""),
        prefill=tuple(prop.get("x-prefill", [])),
        is_readonly_when_prefilled=bool(prop.get("x-readonly-when-prefilled")),
        unit=prop.get("x-unit", "元" if widget == "money" else ""),
        region_level=prop.get("x-region-level", 3),
        option_rules={o["value"]: o["visible-if"] for o in prop.get("x-options", []) if "visible-if" in o},
        rules=prop,
    )


def _read_options(prop: Mapping[str, Any]) -> tuple[tuple[Any, str], ...]:
    if prop.get("x-options"):
        return tuple((option["value"], option["label"]) for option in prop["x-options"])
    if prop["type"] == "boolean":
        return YES_NO
    values = prop.get("enum") or (prop.get("items") or {}).get("enum") or []
    return tuple((value, str(value)) for value in values)


def _read_sections(schema: Schema, order: list[str]) -> tuple[Section, ...]:
    sections = [
        Section(each["title"], each.get("hint", ""), tuple(each["fields"])) for each in schema.get("x-sections", [])
    ]
    placed = {name for section in sections for name in section.names}
    placed |= {name for name, prop in schema["properties"].items() if _is_hidden(prop)}
    rest = tuple(name for name in order if name not in placed)
    if rest:
        sections.append(Section("其他信息" if sections else schema.get("title", ""), "", rest))
    return tuple(sections)


def _is_hidden(prop: Mapping[str, Any]) -> bool:
    return prop.get("x-widget") == "hidden"


def _closed(schema: Schema) -> dict[str, Any]:
    """Return the definition as the validator gets it: nothing unasked, no choice of one's own, no endless text."""
    properties = {name: _closed_field(prop) for name, prop in schema["properties"].items()}
    return {**schema, "properties": properties, "additionalProperties": False}


def _closed_field(prop: Mapping[str, Any]) -> dict[str, Any]:
    closed = dict(prop)
    options = [value for value, _ in _read_options(prop)]
    if prop["type"] == "string":
        closed.setdefault("maxLength", MAX_TEXT if prop.get("x-widget") == "textarea" else MAX_LINE)
        if options:
            closed["enum"] = options
    elif prop["type"] == "array":
        closed["items"] = {"type": "string", "enum": options}
        closed["uniqueItems"] = True
    elif prop.get("x-widget") == "money":
        closed.setdefault("multipleOf", 0.01)
    return closed
