"""Posts of a filled form's page, read by its own definition."""

from collections.abc import Mapping
from typing import Any

from django.utils.datastructures import MultiValueDict

from xiangyun.foundation.forms.queries.answers import REVISION, Answers, check_answers
from xiangyun.foundation.forms.queries.answers import parse_post as parse
from xiangyun.foundation.forms.queries.definitions import get_definition_by_id, read_definition
from xiangyun.foundation.forms.queries.filled import get_row


def parse_post(*, form_id: int, data: MultiValueDict[str, str]) -> Answers:
    """Read `request.POST` into answers for `save_draft`, `submit_form` or, after a refusal, `render_form`.

    Raises: UnknownFilledForm.
    """
    return parse(get_definition_by_id(get_row(form_id).definition_id), data)


def read_revision(data: MultiValueDict[str, str]) -> int:
    """Return the revision that the page was made from; 0, which is always old, if it does not say."""
    text = data.get(REVISION) or ""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def validate(*, schema: Mapping[str, Any], answers: Mapping[str, Any]) -> Answers:
    """Check answers against a definition and return the visible ones in normal spelling.

    Raises: ValidationError with a sentence for each wrong field.
    """
    return check_answers(read_definition(schema), answers)
