"""Home, lists and guides: what a visitor sees of an item before and when applying."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.organisations import api as organisations
from xiangyun.kit.actors import Actor
from xiangyun.service.cases import api as cases
from xiangyun.service.items import api as items

PERSON, ORGANISATION = "person", "org"
AUDIENCES = [(PERSON, "个人办事", "user"), (ORGANISATION, "企业办事", "building-store")]


@dataclass(frozen=True)
class Offer:
    """The handling item that somebody is about to apply for."""

    code: str
    task_code: str
    full_name: str
    department_name: str
    serial: str
    content: items.GuideContent


@dataclass(frozen=True)
class Standing:
    """How a person stands to the conditions that can be judged, and for whom they could act to meet them.

    `rows` are the conditions, each with the handling items it is limited to.
    """

    rows: list[tuple[items.Judged, list[str]]]
    others: list[accounts.Subject]

    @property
    def unmet(self) -> list[items.Judged]:
        """Conditions that stand in the way."""
        return [judged for judged, _ in self.rows if judged.is_met is False]

    @property
    def has_no_firm(self) -> bool:
        """Whether only a firm could apply and the person may act for none."""
        return bool(self.unmet) and not self.others and all(judged.is_of_subject for judged in self.unmet)

    @property
    def is_barred(self) -> bool:
        """Whether nothing that is shown can be applied for."""
        return any(judged.is_met is False and not names for judged, names in self.rows)


def standing_of(
    *, actor: Actor | None, content: items.GuideContent, serial: str = "", names: Mapping[str, str], on: date
) -> Standing | None:
    """Judge the conditions of a guide for a visitor, None for one who is not logged in or is an official.

    `names` are the handling items shown, by serial; with `serial` only what concerns that one is judged. That the right
    subject acts goes without saying.
    """
    if actor is None or actor.user_id is None or actor.is_official:
        return None
    person = accounts.get_user_profile(user_id=actor.user_id)
    found = items.judge_conditions(
        content=content, serial=serial, person=person, is_organisation=actor.firm_id is not None, on=on
    )
    found = [judged for judged in found if not (judged.is_of_subject and judged.is_met)]
    limits = [[names[each] for each in judged.serials if each in names and not serial] for judged in found]
    rows = [(judged, [] if len(limit) == len(names) else limit) for judged, limit in zip(found, limits, strict=True)]
    unmet = [judged for judged in found if judged.is_met is False]
    if not unmet or not all(judged.is_of_subject for judged in unmet):
        return Standing(rows, [])
    subjects = accounts.list_subjects(user_id=actor.user_id, on=on)
    return Standing(rows, [each for each in subjects if (each.firm_id is None) != (actor.firm_id is None)])


def audience_of(*, asked: str, actor: Actor | None) -> str:
    """Return whose services to show: what the visitor asked for, else for whom they act."""
    if asked in (PERSON, ORGANISATION):
        return asked
    return ORGANISATION if actor and actor.firm_id else PERSON


def offer_of(*, code: str) -> tuple[Offer, list[items.Question]]:
    """Return a published handling item and the questions whose answers change its materials.

    Raises: ItemNotFound, ItemNotPublished.
    """
    item = items.get_handling_item(code=code, must_be_published=True)
    department = organisations.get_department(id=item.department_id)
    questions = items.list_situation_questions(handling_item_id=item.id, situation={})
    return Offer(item.code, item.task_code, item.full_name, department.name, item.serial, item.content), questions


def with_answers(*, questions: list[items.Question], given: Mapping[str, str]) -> list[items.Question]:
    """Return the questions with the answers given so far, so that a refused page keeps them."""
    return [replace(question, answer=given.get(question.var, question.answer)) for question in questions]


def unanswered(*, questions: list[items.Question], given: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return an error for each question without a valid answer."""
    return [
        {"field": f"q-{question.var}", "label": "", "text": f"请选择：{question.text}"}
        for question in questions
        if given.get(question.var, "") not in [value for value, _ in question.options]
    ]


def open_drafts(*, actor: Actor, item_name: str, at: datetime) -> list[cases.CaseRow]:
    """Return the drafts for the same item that wait to be finished."""
    drafts = cases.list_my_cases(actor=actor, at=at, status=cases.Status.DRAFT, limit=20).rows
    return [draft for draft in drafts if draft.item_name == item_name][:3]
