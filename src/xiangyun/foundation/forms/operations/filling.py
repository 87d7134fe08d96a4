"""Filling in: open with what government holds, save as one types, hand in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.forms.errors import AlreadySubmitted, DraftOvertaken
from xiangyun.foundation.forms.models import FilledForm
from xiangyun.foundation.forms.queries.answers import (
    Answers,
    check_answers,
    check_value,
    examine,
    is_same,
    tidy_answers,
)
from xiangyun.foundation.forms.queries.definitions import (
    Definition,
    definition_of,
    get_definition_by_id,
    get_definition_row,
)
from xiangyun.foundation.forms.queries.filled import FormRef, Prefill, lock_own_row, prefills_of, ref_of
from xiangyun.foundation.forms.queries.visibility import fits_options, list_options, list_visible
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import NotAllowed
from xiangyun.kit.privacy import mask
from xiangyun.kit.rows import insert_rows, update_row
from xiangyun.kit.transactions import in_one_transaction


@dataclass(frozen=True)
class SavedDraft:
    """What a page learns from a save: the new revision, sentences for what was just typed, which questions to show."""

    form_id: int
    revision: int
    saved_at: datetime
    problems: dict[str, str]
    visible: list[str]


@in_one_transaction
def open_form(*, actor: Actor, key: str, prefilled: Mapping[str, Prefill], at: datetime) -> FormRef:
    """Begin a draft with the form's own proposals and, over them, the values that government already holds.

    A held value that breaks the form's own rules is left out: one could neither accept nor correct it.

    Raises: UnknownForm, NotAllowed.
    """
    if actor.user_id is None:
        raise NotAllowed("请先登录再填写表单。")
    definition = get_definition_row(key=key)
    usable = _usable(definition_of(definition), prefilled)
    proposed = {n: f.rules["default"] for n, f in definition_of(definition).fields.items() if "default" in f.rules}
    held_values = {name: held.value for name, held in usable.items()}
    row = FilledForm(
        definition=definition,
        owner_id=actor.user_id,
        owner_firm_id=actor.firm_id,
        answers=proposed | _only_choices(definition_of(definition), held_values) | held_values,
        prefilled={name: held.as_json() for name, held in usable.items()},
        created_at=at,
        updated_at=at,
    )
    insert_rows([row])
    return ref_of(row)


@in_one_transaction
def save_draft(*, actor: Actor, form_id: int, answers: Mapping[str, Any], revision: int, at: datetime) -> SavedDraft:
    """Keep what has the right type, whatever else is missing or wrong; None empties a field.

    A save from an older page that would change something is refused with what differs; nothing is overwritten.

    Raises: UnknownFilledForm, AlreadySubmitted, DraftOvertaken.
    """
    row = _lock_draft(actor, form_id)
    definition = get_definition_by_id(row.definition_id)
    merged, problems = _merge(definition, row, answers)
    if changed := _differences(definition, row.answers, merged):
        if row.revision != revision:
            raise DraftOvertaken(differences=changed, revision=row.revision)
        row.answers, row.updated_at, row.revision = merged, at, row.revision + 1
        row.save(update_fields=["answers", "updated_at", "revision"])
    _, found = examine(definition, merged)
    problems |= {name: text for name, text in found.items() if name in merged and name in answers}
    return SavedDraft(row.pk, row.revision, row.updated_at, problems, list_visible(definition, merged))


@in_one_transaction
def submit_form(*, actor: Actor, form_id: int, answers: Mapping[str, Any], at: datetime) -> FormRef:
    """Check everything and fix the answers; those to questions that are not asked are dropped.

    `answers` are laid over the draft, so the last of several pages need not repeat the others.

    Raises: UnknownFilledForm, AlreadySubmitted, ValidationError (a sentence for each field).
    """
    row = _lock_draft(actor, form_id)
    definition = get_definition_by_id(row.definition_id)
    given = {**row.answers, **answers, **_fixed(definition, prefills_of(row))}
    row.answers = check_answers(definition, given)
    row.is_draft, row.submitted_at, row.updated_at, row.revision = False, at, at, row.revision + 1
    update_row(row, ["answers", "is_draft", "submitted_at", "updated_at", "revision"])
    audit.record(
        actor=actor,
        action="forms.submit_form",
        subject_type="forms.filledform",
        subject_id=row.pk,
        label=definition.title,
        details={"key": definition.key, "version": definition.version},
        at=at,
    )
    return ref_of(row)


@in_one_transaction
def reopen_form(*, actor: Actor, form_id: int, at: datetime) -> FormRef:
    """Let the owner correct what was handed in (补正); the answers of before are kept. An open draft stays as it is.

    Raises: UnknownFilledForm.
    """
    row = lock_own_row(actor, form_id)
    if not row.is_draft and row.submitted_at is not None:
        row.earlier = [*row.earlier, {"at": row.submitted_at.isoformat(), "answers": row.answers}]
        row.is_draft, row.submitted_at, row.updated_at, row.revision = True, None, at, row.revision + 1
        row.save(update_fields=["earlier", "is_draft", "submitted_at", "updated_at", "revision"])
    return ref_of(row)


@in_one_transaction
def discard_draft(*, actor: Actor, form_id: int) -> None:
    """Delete a draft for good: what was never handed in is nobody's record.

    Raises: UnknownFilledForm, AlreadySubmitted.
    """
    row = _lock_draft(actor, form_id)
    if row.earlier:
        raise AlreadySubmitted("这份表单曾经提交过，不能删除。请补正后重新提交，或撤回申请。", form_id=form_id)
    row.delete()


def _lock_draft(actor: Actor, form_id: int) -> FilledForm:
    row = lock_own_row(actor, form_id)
    if not row.is_draft:
        raise AlreadySubmitted(form_id=form_id)
    return row


def _only_choices(definition: Definition, known: Answers) -> Answers:
    """Return the answer to each required question that what is known leaves a single choice."""
    only: Answers = {}
    for name, field in definition.fields.items():
        if field.option_rules and field.is_required:
            fitting = [value for value, _ in list_options(definition, name, known)]
            if len(fitting) == 1:
                only[name] = fitting if field.kind == "array" else fitting[0]
    return only


def _usable(definition: Definition, prefilled: Mapping[str, Prefill]) -> dict[str, Prefill]:
    usable = {}
    for name, held in prefilled.items():
        if name in definition.fields:
            value, problem = check_value(definition, name, held.value)
            if value is not None and not problem:
                usable[name] = Prefill(value, held.source, held.on)
    known = {name: held.value for name, held in usable.items()}
    return {name: held for name, held in usable.items() if fits_options(definition, name, held.value, known)}


def _fixed(definition: Definition, prefills: Mapping[str, Prefill]) -> Answers:
    return {name: held.value for name, held in prefills.items() if definition.fields[name].is_readonly_when_prefilled}


def _merge(definition: Definition, row: FilledForm, answers: Mapping[str, Any]) -> tuple[Answers, dict[str, str]]:
    tidy, problems = tidy_answers(definition, answers)
    merged: Answers = dict(row.answers)
    for name in answers:
        if name in tidy:
            merged[name] = tidy[name]
        elif name not in problems:
            merged.pop(name, None)
    return {**merged, **_fixed(definition, prefills_of(row))}, problems


def _differences(definition: Definition, held: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return field → {title, saved, yours} with values masked as on every page."""
    return {
        name: {
            "title": field.title,
            "saved": mask(field.mask, held[name]) if name in held else "",
            "yours": mask(field.mask, given[name]) if name in given else "",
        }
        for name, field in definition.fields.items()
        if (name in held) != (name in given) or (name in held and not is_same(held[name], given[name]))
    }
