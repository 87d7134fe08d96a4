"""Filled forms: whose they are, what they hold, what was handed in before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xiangyun.foundation.forms.errors import UnknownFilledForm
from xiangyun.foundation.forms.models import FilledForm
from xiangyun.foundation.forms.queries.answers import Answers
from xiangyun.foundation.forms.queries.definitions import get_definition_by_id
from xiangyun.kit.actors import Actor
from xiangyun.kit.rows import find_row


@dataclass(frozen=True)
class Prefill:
    """A value that government already holds: from which source, as of which day."""

    value: Any
    source: str
    on: date

    def as_json(self) -> dict[str, Any]:
        """Return it as stored."""
        return {"value": self.value, "source": self.source, "on": self.on.isoformat()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Prefill":
        """Read it back."""
        return cls(stored["value"], stored["source"], date.fromisoformat(stored["on"]))


@dataclass(frozen=True)
class FormRef:
    """A filled form as other apps see it."""

    id: int
    key: str
    version: int
    title: str
    owner_id: int
    is_draft: bool
    revision: int
    updated_at: datetime
    submitted_at: datetime | None


def get_answers(*, form_id: int) -> Answers:
    """Return the answers in full; the caller has checked that they may be seen.

    Raises: UnknownFilledForm.
    """
    answers: Answers = dict(get_row(form_id).answers)
    return answers


def list_submissions(*, form_id: int) -> list[tuple[datetime, Answers]]:
    """List every set of answers that was handed in, oldest first: the original and each correction.

    Raises: UnknownFilledForm.
    """
    row = get_row(form_id)
    found = [(datetime.fromisoformat(each["at"]), dict(each["answers"])) for each in row.earlier]
    return [*found, (row.submitted_at, dict(row.answers))] if row.submitted_at else found


def prefills_of(row: FilledForm) -> dict[str, Prefill]:
    """Return the prefilled values of a row."""
    return {name: Prefill.from_json(stored) for name, stored in row.prefilled.items()}


def get_row(form_id: int) -> FilledForm:
    """Return the row.

    Raises: UnknownFilledForm.
    """
    row = find_row(FilledForm, id=form_id)
    if row is None:
        raise UnknownFilledForm(form_id=form_id)
    return row


def lock_own_row(actor: Actor, form_id: int) -> FilledForm:
    """Return the actor's own row (a firm's: of whoever acts for it now), locked; another's does not exist for them.

    Raises: UnknownFilledForm.
    """
    row = find_row(FilledForm, lock=True, id=form_id)
    if row is None or (row.owner_firm_id or actor.user_id) != (actor.firm_id if row.owner_firm_id else row.owner_id):
        raise UnknownFilledForm(form_id=form_id)
    return row


def ref_of(row: FilledForm) -> FormRef:
    """Return what other apps may know of a row."""
    definition = get_definition_by_id(row.definition_id)
    return FormRef(
        id=row.pk,
        key=definition.key,
        version=definition.version,
        title=definition.title,
        owner_id=row.owner_id,
        is_draft=row.is_draft,
        revision=row.revision,
        updated_at=row.updated_at,
        submitted_at=row.submitted_at,
    )
