"""Situations (办理情形): which questions to ask, and which materials the answers leave."""

from collections.abc import Mapping
from dataclasses import dataclass

from xiangyun.service.items.errors import UnknownSituation
from xiangyun.service.items.queries.content import ON_CONDITION, GuideContent, MaterialRef


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question whose answer changes what is asked for; `answer` is what is assumed until the citizen says so."""

    var: str
    text: str
    options: tuple[tuple[str, str], ...]
    answer: str


def resolve(content: GuideContent, handling_key: str, situation: Mapping[str, str]) -> dict[str, str]:
    """Return all answers: those given, those the handling item itself implies, and the guide's defaults.

    Raises: UnknownSituation for an answer that the guide does not offer.
    """
    answers: dict[str, str] = {}
    for question in content.situations:
        var = question["var"]
        offered = [option["value"] for option in question["options"]]
        implied = [option["value"] for option in question["options"] if option.get("handling_item") == handling_key]
        given = situation.get(var)
        chosen: str | None = given if given is not None else question.get("default")
        if given is not None and given not in offered:
            raise UnknownSituation(f"“{question['question']}”没有这个选项，请重新选择。", question=var)
        if implied:
            answers[var] = next((value for value in implied if value == chosen), implied[0])
        elif chosen is not None:
            answers[var] = chosen
    return answers


def list_questions(content: GuideContent, handling_key: str, situation: Mapping[str, str]) -> list[Question]:
    """List the questions left to ask: those on which a material of this handling item still hangs."""
    answers = resolve(content, handling_key, situation)
    fixed = {var: value for var, value in answers.items() if _is_implied(content, handling_key, var)}
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
            options=tuple((option["value"], option["label"]) for option in question["options"]),
            answer=answers.get(question["var"], ""),
        )
        for question in content.situations
        if question["var"] in hanging and question["var"] not in fixed
    ]


def choose_materials(content: GuideContent, handling_key: str, situation: Mapping[str, str]) -> list[MaterialRef]:
    """List the materials for the answers; while a question is open, what is needed in every case is asked for."""
    answers = resolve(content, handling_key, situation)
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


def _is_implied(content: GuideContent, handling_key: str, var: str) -> bool:
    return any(
        option.get("handling_item") == handling_key
        for question in content.situations
        if question["var"] == var
        for option in question["options"]
    )
