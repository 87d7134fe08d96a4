"""Conditions of a guide that the account already answers (受理条件): told before anything is filled in.

What the account does not know is never held against anybody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from xiangyun.foundation.accounts import api as accounts
from xiangyun.kit.expressions import compile_expression, names_in
from xiangyun.service.items.models import CatalogEntry
from xiangyun.service.items.queries.content import GuideContent

PERSON, ORGANISATION = "person", "org"
FACTS: Mapping[str, tuple[Any, ...]] = {"age": (30,), "sex": ("1", "2"), "applicant": (PERSON, ORGANISATION)}
_SAID = {"1": "男", "2": "女", PERSON: "以个人身份办理", ORGANISATION: "以单位身份办理"}
_PERSONAL = {"when": f"applicant == '{PERSON}'", "text": "由个人申请", "next": "请以本人的身份办理。"}
_FOR_FIRMS = {
    "when": f"applicant == '{ORGANISATION}'",
    "next": "请以单位的身份办理；还没有设立单位的，先办理企业登记注册或者个体工商户登记注册。",
}


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A condition, what is known of the applicant for it, and whether that meets it; None where too little is known.

    `serials` are the handling items it is limited to; `is_of_subject` marks one that another subject would meet.
    """

    text: str
    known: str
    next: str
    is_met: bool | None
    is_of_subject: bool
    serials: tuple[str, ...]

    @property
    def refusal(self) -> str:
        """Say what is missing, why, and what to do."""
        return f"不符合办理条件“{self.text}”：申请人的情况是{self.known}。{self.next}"


def judge_conditions(
    *, content: GuideContent, serial: str, person: accounts.Profile, is_organisation: bool, on: date
) -> list[Judged]:
    """Judge whom the guide serves and what else it says can be judged, for a handling item; all where `serial` is empty."""
    facts = _facts(person, is_organisation, on)
    conditions = [*_served(content), *content.conditions]
    return [
        _judge(condition, facts)
        for condition in conditions
        if not serial or serial in condition.get("handling", [serial])
    ]


def _served(content: GuideContent) -> list[Mapping[str, Any]]:
    """Return 服务对象 as a condition, where it leaves somebody out."""
    others = [name for name in content.audience_names if name != CatalogEntry.Audience.PERSON.label]
    if not others:
        return [_PERSONAL]
    if len(others) == len(content.audience):
        return [{**_FOR_FIRMS, "text": f"由{'、'.join(others)}申请"}]
    return []


def _facts(person: accounts.Profile, is_organisation: bool, on: date) -> dict[str, Any]:
    born = person.birth_date
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day)) if born else None
    sex = person.sex if person.sex in FACTS["sex"] else None
    return {"age": age, "sex": sex, "applicant": ORGANISATION if is_organisation else PERSON}


def _judge(condition: Mapping[str, Any], facts: Mapping[str, Any]) -> Judged:
    read = [name for name in FACTS if name in names_in(condition["when"])]
    is_known = all(facts[name] is not None for name in read)
    said = [_SAID.get(facts[name], f"{facts[name]}周岁") for name in read if facts[name] is not None]
    return Judged(
        text=condition["text"],
        known="、".join(said),
        next=condition["next"],
        is_met=compile_expression(condition["when"]).is_true(facts) if is_known else None,
        is_of_subject="applicant" in read,
        serials=tuple(condition.get("handling", ())),
    )
