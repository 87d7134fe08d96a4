"""Door of forms: load definitions, open, save, hand in, read and show what people fill in."""

from xiangyun.foundation.forms.operations.definitions import load_form
from xiangyun.foundation.forms.operations.filling import (
    SavedDraft,
    discard_draft,
    open_form,
    reopen_form,
    save_draft,
    submit_form,
)
from xiangyun.foundation.forms.queries.checks import list_problems
from xiangyun.foundation.forms.queries.definitions import Definition, Field, Section
from xiangyun.foundation.forms.queries.definitions import get_definition as get_form
from xiangyun.foundation.forms.queries.filled import (
    FormRef,
    Prefill,
    get_answers,
    list_submissions,
)
from xiangyun.foundation.forms.queries.posts import parse_post, validate
from xiangyun.foundation.forms.queries.rendering import (
    BoundField,
    BoundForm,
    BoundSection,
    preview_form,
    render_form,
)

__all__ = [
    "BoundField",
    "BoundForm",
    "BoundSection",
    "Definition",
    "Field",
    "FormRef",
    "Prefill",
    "SavedDraft",
    "Section",
    "discard_draft",
    "get_answers",
    "get_form",
    "list_problems",
    "list_submissions",
    "load_form",
    "open_form",
    "parse_post",
    "preview_form",
    "render_form",
    "reopen_form",
    "save_draft",
    "submit_form",
    "validate",
]
