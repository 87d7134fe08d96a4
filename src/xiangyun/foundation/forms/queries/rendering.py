"""A form bound to answers, ready for templates: what is asked, what is held, from where, and what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xiangyun.foundation.forms.models import FilledForm
from xiangyun.foundation.forms.queries.answers import ASKED, REVISION, is_same
from xiangyun.foundation.forms.queries.definitions import Definition, Field, get_definition_by_id, read_definition
from xiangyun.foundation.forms.queries.filled import Prefill, get_row, prefills_of
from xiangyun.foundation.forms.queries.regions import RegionSelect, list_region_selects, region_name
from xiangyun.foundation.forms.queries.visibility import list_options, list_visible
from xiangyun.kit.privacy import mask

_INPUT_TYPES = {"date": "date", "mobile": "tel"}
_INPUT_MODES = {"number": "decimal", "money": "decimal", "mobile": "numeric"}
_AUTOCOMPLETE = {"mobile": "tel", "email": "email"}


@dataclass(frozen=True)
class Option:
    """One choice."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class BoundField:
    """One question with its answer; templates read it, they decide nothing."""

    spec: Field
    value: Any
    text: str
    display: str
    options: tuple[Option, ...]
    region_selects: tuple[RegionSelect, ...]
    error: str
    is_visible: bool
    is_fixed: bool
    source: str = ""
    source_on: date | None = None
    held: str = ""
    is_changed: bool = False

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def id(self) -> str:
        return f"id_{self.spec.name}"

    @property
    def input_type(self) -> str:
        if self.spec.rules.get("format") == "email":
            return "email"
        return _INPUT_TYPES.get(self.spec.widget, "text")

    @property
    def input_mode(self) -> str:
        return "numeric" if self.spec.kind == "integer" else _INPUT_MODES.get(self.spec.widget, "")

    @property
    def autocomplete(self) -> str:
        return _AUTOCOMPLETE.get(self.spec.rules.get("format") or self.spec.widget, "off")

    @property
    def max_length(self) -> int | None:
        return self.spec.rules.get("maxLength") if self.spec.kind == "string" else None

    @property
    def is_group(self) -> bool:
        """Whether the question is a group of inputs, which needs a legend instead of a label."""
        return self.spec.widget in ("radio", "checkbox") and not self.is_tick

    @property
    def is_tick(self) -> bool:
        """Whether it is one box whose label is the question itself."""
        return self.spec.is_tick

    @property
    def described_by(self) -> str:
        """The ids of hint and error, as aria-describedby wants them."""
        ids = [f"{self.id}-hint"] if self.spec.hint else []
        return " ".join([*ids, f"{self.id}-error"])


@dataclass(frozen=True)
class BoundSection:
    """A titled group of questions."""

    title: str
    hint: str
    fields: tuple[BoundField, ...]

    @property
    def is_visible(self) -> bool:
        return any(each.is_visible for each in self.fields)

    @property
    def shown(self) -> list[BoundField]:
        """The fields that are asked."""
        return [each for each in self.fields if each.is_visible]


@dataclass(frozen=True)
class BoundForm:
    """A form to show; `form_id` is None for a mere preview, which does not save itself."""

    form_id: int | None
    revision: int
    title: str
    sections: tuple[BoundSection, ...]
    errors: Mapping[str, str] = field(default_factory=dict)
    is_readonly: bool = False

    @property
    def fields(self) -> list[BoundField]:
        """All fields of all sections."""
        return [each for section in self.sections for each in section.fields]

    @property
    def asked(self) -> str:
        """The names of the questions on this page, so that an empty one can be told from one that is elsewhere."""
        return ",".join(each.name for each in self.fields if not each.is_fixed)

    @property
    def asked_name(self) -> str:
        return ASKED

    @property
    def revision_name(self) -> str:
        return REVISION

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """Each error with the anchor of its field, in the order of the page; rules between fields last."""
        known = {each.name: each.id for each in self.fields}
        placed = [(known[name], self.errors[name]) for name in known if name in self.errors]
        return placed + [("", text) for name, text in self.errors.items() if name not in known]

    @property
    def to_answer(self) -> int:
        """How many questions are left to the person: asked, required, not yet answered."""
        return sum(1 for each in self.fields if each.is_visible and each.spec.is_required and each.value is None)


def render_form(
    *,
    form_id: int,
    answers: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    readonly: bool = False,
    masked: bool | None = None,
) -> BoundForm:
    """Bind a filled form for templates.

    `answers` (as parsed from a refused post) are laid over the stored ones, `errors` is the details of the refusal.
    A readonly form shows personal data masked unless `masked=False`.

    Raises: UnknownFilledForm.
    """
    row = get_row(form_id)
    definition = get_definition_by_id(row.definition_id)
    prefills = prefills_of(row)
    binder = _Binder(
        definition=definition,
        answers=_laid_over(row, answers),
        prefills=prefills,
        errors=errors or {},
        is_masked=readonly if masked is None else masked,
        is_readonly=readonly,
    )
    return BoundForm(
        form_id=row.pk,
        revision=row.revision,
        title=definition.title,
        sections=binder.bind(),
        errors=dict(errors or {}),
        is_readonly=readonly,
    )


def preview_form(*, schema: Mapping[str, Any], answers: Mapping[str, Any] | None = None) -> BoundForm:
    """Bind a definition that nobody fills in yet, for guides and editors."""
    definition = read_definition(schema)
    binder = _Binder(definition=definition, answers=answers or {}, prefills={}, errors={})
    return BoundForm(form_id=None, revision=0, title=definition.title, sections=binder.bind())


def _laid_over(row: FilledForm, answers: Mapping[str, Any] | None) -> dict[str, Any]:
    merged = {**row.answers, **(answers or {})}
    return {name: value for name, value in merged.items() if value is not None}


@dataclass(frozen=True)
class _Binder:
    definition: Definition
    answers: Mapping[str, Any]
    prefills: Mapping[str, Prefill]
    errors: Mapping[str, str]
    is_masked: bool = False
    is_readonly: bool = False

    def bind(self) -> tuple[BoundSection, ...]:
        visible = set(list_visible(self.definition, self._typed()))
        return tuple(
            BoundSection(section.title, section.hint, tuple(self._bind(name, visible) for name in section.names))
            for section in self.definition.sections
        )

    def _typed(self) -> dict[str, Any]:
        # what could not be read as a number is shown again but decides nothing
        wrong = {n for n, f in self.definition.fields.items() if f.kind in ("integer", "number", "boolean")}
        return {name: value for name, value in self.answers.items() if not (name in wrong and isinstance(value, str))}

    def _bind(self, name: str, visible: set[str]) -> BoundField:
        spec = self.definition.fields[name]
        held = self.prefills.get(name)
        is_fixed = bool(held and spec.is_readonly_when_prefilled)
        value = held.value if held and is_fixed else self.answers.get(name)
        is_changed = bool(held) and value is not None and not is_same(value, held.value if held else None)
        return BoundField(
            spec=spec,
            value=value,
            text=_text(value),
            display=self._display(spec, value, is_masked=self.is_masked or (bool(held) and not is_changed)),
            options=self._options(spec, value),
            region_selects=self._region_selects(spec, value),
            error=self.errors.get(name, ""),
            is_visible=name in visible,
            is_fixed=is_fixed,
            source=held.source if held else "",
            source_on=held.on if held else None,
            held=self._display(spec, held.value, is_masked=True) if held and is_changed else "",
            is_changed=is_changed,
        )

    def _options(self, spec: Field, value: Any) -> tuple[Option, ...]:
        chosen = value if isinstance(value, list) else [value]
        return tuple(
            Option(_text(option), label, any(is_same(option, each) for each in chosen))
            for option, label in list_options(self.definition, spec.name, self._typed())
        )

    def _region_selects(self, spec: Field, value: Any) -> tuple[RegionSelect, ...]:
        if spec.widget != "region" or self.is_readonly:
            return ()
        return tuple(list_region_selects(value=value, level=spec.region_level))

    def _display(self, spec: Field, value: Any, *, is_masked: bool) -> str:
        if value is None and self.is_readonly and spec.is_tick:
            value = False  # what was left unticked is an answer
        if value is None:
            return ""
        labels = dict(spec.options)
        if isinstance(value, list):
            text = "、".join(labels.get(item, str(item)) for item in value)
        elif spec.options and not isinstance(value, list) and value in labels:
            text = labels[value]
        elif spec.widget == "region":
            text = region_name(str(value))
        elif spec.widget == "money" and isinstance(value, int | float):
            text = f"{value:,.2f}"
        else:
            text = _text(value)
        if is_masked and spec.mask != "none":
            return mask(spec.mask, text)
        return f"{text} {spec.unit}" if spec.unit else text


def _text(value: Any) -> str:
    if value is None or isinstance(value, list):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
