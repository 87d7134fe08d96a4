"""Tags that show a bound form: its questions, its answers, what must be corrected."""

from typing import Any

from django import template

from xiangyun.foundation.forms.queries.rendering import BoundForm

register = template.Library()


@register.inclusion_tag("forms/fields.html")
def form_fields(form: BoundForm) -> dict[str, Any]:
    """Show the questions with error summary; stands inside the page's own `<form method="post" novalidate>`."""
    return {"form": form}


@register.inclusion_tag("forms/answers.html")
def form_answers(form: BoundForm) -> dict[str, Any]:
    """Show the answers with their sources, to be read and not changed."""
    return {"form": form}
