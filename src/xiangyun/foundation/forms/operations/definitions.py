"""Loading of definitions: a changed text becomes the next version, the same text stays what it is."""

from typing import Any

from xiangyun.foundation.forms.errors import BadDefinition
from xiangyun.foundation.forms.models import FormDefinition
from xiangyun.foundation.forms.queries.checks import list_problems
from xiangyun.foundation.forms.queries.definitions import (
    Definition,
    canonical_text,
    definition_of,
    digest_of,
    forget_definitions,
)
from xiangyun.kit.transactions import in_one_transaction


@in_one_transaction
def load_form(*, key: str, schema: dict[str, Any], source: str) -> Definition:
    """Check a definition and store it as a new version, unless it equals the newest.

    Raises: BadDefinition with every problem found.
    """
    if problems := list_problems(schema=schema):
        raise BadDefinition(f"表单 {key} 有误：{problems[0]}。", key=key, source=source, problems=problems)
    text = canonical_text(schema)
    digest = digest_of(text)
    newest = FormDefinition.objects.filter(key=key).order_by("-version").first()
    if newest is not None and newest.digest == digest:
        return definition_of(newest)
    row = FormDefinition.objects.create(
        key=key,
        version=newest.version + 1 if newest else 1,
        title=schema["title"],
        text=text,
        digest=digest,
        source=source,
    )
    forget_definitions()
    return definition_of(row)
