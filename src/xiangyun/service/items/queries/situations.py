"""Situations (办理情形): which questions to ask, and which materials the answers leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xiangyun.service.items.errors import UnknownSituation
from xiangyun.service.items.queries.content import ON_CONDITION, GuideContent, MaterialRef


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question whose answer changes what is asked for; `answer` is what is assumed until the citizen says so."""

    var: str
    text: str
    options: tuple[tuple[str, str], ...]
    answer: str


def resolve_situation(*, content: GuideContent, handling_key: str, situation: Mapping[str, str]) -> dict[str, str]:
    """Return all answers: those given, those the handling item itself implies, and the guide's defaults.

    Raises: UnknownSituation for an answer that the guide does not offer.
    """
    answers: dict[str, str] = {}
    for question in content.situations:
        var = question["var"]
        given = situation.get(var)
        if given is not None and given not in [option["value"] for option in question["options"]]:
            raise UnknownSituation(f"“{question['question']}”没有这个选项，请重新选择。", question=var)
        left = [option["value"] for option in _options_of(question, handling_key)]
        chosen = given if given is not None else str(question.get("default") or "")
        if len(left) == 1:
            answers[var] = left[0]
        elif chosen in left:
            answers[var] = chosen
    return answers


def list_questions(content: GuideContent, handling_key: str, situation: Mapping[str, str]) -> list[Question]:
    """List the questions left to ask: those on which a material or a field of this handling item still hangs."""
    answers = resolve_situation(content=content, handling_key=handling_key, situation=situation)
    fixed = {
        question["var"]: answers[question["var"]]
        for question in content.situations
        if len(_options_of(question, handling_key)) == 1 and question["var"] in answers
    }
    hanging = {
        condition["q"]
        for material in content.materials
        if is_wanted(material, fixed) is not False
        for condition in material.conditions
    }
    return [
        Question(
            var=question["var"],
            text=question["question"],
            options=tuple((option["value"], option["label"]) for option in _options_of(question, handling_key)),
            answer=answers.get(question["var"], ""),
        )
        for question in content.situations
        if (question["var"] in hanging or handling_key in question.get("forms", ())) and question["var"] not in fixed
    ]


def choose_materials(content: GuideContent, handling_key: str, situation: Mapping[str, str]) -> list[MaterialRef]:
    """List the materials for the answers; while a question is open, what is needed in every case is asked for."""
    answers = resolve_situation(content=content, handling_key=handling_key, situation=situation)
    chosen = []
    for material in content.materials:
        wanted = is_wanted(material, answers)
        if wanted or (wanted is None and material.necessity != ON_CONDITION):
            chosen.append(material)
    return chosen


def is_wanted(material: MaterialRef, answers: Mapping[str, str]) -> bool | None:
    """Say whether the answers call for the material; None while one that decides is missing."""
    is_open = False
    for condition in material.conditions:
        answer = answers.get(condition["q"])
        if answer is None:
            is_open = True
        elif answer not in condition["in"]:
            return False
    return None if is_open else True


def _options_of(question: Mapping[str, Any], handling_key: str) -> list[Mapping[str, Any]]:
    """Return the options that the handling item leaves: its own, or all where none is its own."""
    options: list[Mapping[str, Any]] = question["options"]
    return [option for option in options if option.get("handling_item") == handling_key] or options
