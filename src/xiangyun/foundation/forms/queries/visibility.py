"""Which fields are asked, given the answers so far: one pass, because a condition looks back only."""

from collections.abc import Mapping
from typing import Any

from xiangyun.foundation.forms.queries.definitions import Definition
from xiangyun.kit.expressions import ExpressionError, compile_expression, names_in


def list_visible(definition: Definition, answers: Mapping[str, Any]) -> list[str]:
    """List the names of the fields to ask; an unasked field counts as unanswered for those behind it.

    Raises: ExpressionError when a condition fails although all that it reads is answered.
    """
    known: dict[str, Any] = dict.fromkeys(definition.fields)
    visible = []
    for name, field in definition.fields.items():
        if not field.visible_if or _holds(field.visible_if, known):
            visible.append(name)
            known[name] = answers.get(name)
    return visible


def list_options(definition: Definition, name: str, answers: Mapping[str, Any]) -> list[tuple[Any, str]]:
    """List the choices of a field that fit the other answers."""
    field = definition.fields[name]
    if not field.option_rules:
        return list(field.options)
    known = {each: answers.get(each) for each in definition.fields}
    rules = field.option_rules
    return [(value, label) for value, label in field.options if value not in rules or _holds(rules[value], known)]


def fits_options(definition: Definition, name: str, value: Any, answers: Mapping[str, Any]) -> bool:
    """Say whether all that was chosen is among the choices that fit the other answers."""
    if not definition.fields[name].option_rules:
        return True
    fitting = [each for each, _ in list_options(definition, name, answers)]
    return all(each in fitting for each in (value if isinstance(value, list) else [value]))


def _holds(text: str, known: Mapping[str, Any]) -> bool:
    try:
        return compile_expression(text).is_true(known)
    except ExpressionError:
        # "age > 60" cannot be computed before the age is known: not yet asked
        if any(known.get(name) is None for name in names_in(text)):
            return False
        raise
