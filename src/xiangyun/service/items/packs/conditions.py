"""Conditions of `guide_settings.yaml` that an account can answer: checked when they are loaded, not by an applicant."""

from collections.abc import Collection
from itertools import product

from xiangyun.foundation.packs.api import PackFile, YamlMap
from xiangyun.kit.expressions import ExpressionError, compile_expression, names_in
from xiangyun.service.items.queries.conditions import FACTS


def check_judged(file: PackFile, own: YamlMap, serials: Collection[str]) -> None:
    """Note in `file`, the settings, each condition of a guide that cannot be judged or names no handling item."""
    for condition in own.get("conditions") or []:
        if not file.check_keys(condition, required=["when", "text", "next"], optional=["handling"]):
            continue
        if unknown := names_in(condition["when"]) - set(FACTS):
            names = "、".join(sorted(unknown))
            file.error(condition.line, f"条件用到了未知的信息“{names}”，可用 {'、'.join(FACTS)}")
            continue
        if gone := set(condition.get("handling") or []) - set(serials):
            file.error(condition.line, f"没有业务办理项“{'、'.join(sorted(gone))}”")
        try:
            rule = compile_expression(condition["when"])
            for values in product(*FACTS.values()):
                rule.is_true(dict(zip(FACTS, values, strict=True)))
        except ExpressionError as error:
            file.error(condition.line, error.text)
