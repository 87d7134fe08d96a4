"""The Journey: which steps an application has, and what is left to the applicant on each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xiangyun.foundation.forms import api as forms
from xiangyun.kit.errors import ValidationError
from xiangyun.service.cases import api as cases

SITUATION, FILL, MATERIALS, CHECK = "situation", "fill", "materials", "check"
_NAMES = {SITUATION: "选择情形", FILL: "填写信息", MATERIALS: "提供材料", CHECK: "核对提交"}


@dataclass(frozen=True)
class Stage:
    """One step of the progress bar."""

    key: str
    name: str
    state: str


@dataclass(frozen=True)
class Journey:
    """The steps of one application and where it stands."""

    stages: list[Stage]
    number: int
    is_one_screen: bool


def plan(*, page: cases.CasePage | None, has_questions: bool, current: str) -> Journey:
    """Return the steps of an application; steps on which the applicant has nothing to do are left out.

    Without a material to bring, all that is left after the situation fits one screen (一屏办).
    """
    keys = [SITUATION] if has_questions else []
    needs_materials = page is None or bool(to_provide(page))
    one_screen = not needs_materials
    keys += [FILL] if one_screen else [FILL, MATERIALS, CHECK]
    first_or_last = 0 if current == SITUATION else len(keys) - 1  # a step that this application does not have
    at = keys.index(current) if current in keys else first_or_last
    states = ["done" if n < at else "current" if n == at else "todo" for n in range(len(keys))]
    stages = [Stage(key, _NAMES[key], state) for key, state in zip(keys, states, strict=True)]
    return Journey(stages, at + 1, one_screen)


def to_provide(page: cases.CasePage) -> list[Any]:
    """Return the materials that do not come from the government or the form: the applicant's own part."""
    return [material for material in page.materials if not material.is_exempt]


def missing(page: cases.CasePage) -> list[Any]:
    """Return the required materials that are still to come."""
    return [m for m in page.materials if m.wanted_again or (m.is_required and not m.is_provided)]


def count_held(form: forms.BoundForm) -> int:
    """Return how many answers the government already holds."""
    return sum(1 for field in form.fields if field.is_visible and field.source)


@dataclass(frozen=True)
class Difference:
    """A question that two pages of one draft answered differently."""

    title: str
    saved: str
    typed: str


def compare(*, form_id: int, typed: forms.BoundForm) -> list[Difference]:
    """Return where what was typed on an older page differs from what another page saved."""
    saved = {field.spec.name: field.display for field in forms.render_form(form_id=form_id).fields}
    return [
        Difference(field.spec.title, saved.get(field.spec.name, ""), field.display)
        for field in typed.fields
        if field.display != saved.get(field.spec.name, "")
    ]


def find_mistakes(*, form_key: str, answers: Mapping[str, Any]) -> dict[str, str]:
    """Return a sentence for each field that would be refused when handed in."""
    definition = forms.get_form(key=form_key)
    try:
        forms.validate(schema=definition.schema, answers=answers)
    except ValidationError as error:
        return {name: text for name, text in error.details.items() if isinstance(text, str)}
    return {}
