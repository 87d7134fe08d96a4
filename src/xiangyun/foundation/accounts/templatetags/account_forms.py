"""How a form field is drawn on account pages, ours and those of the login library alike."""

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()

_PLAIN = {"checkbox", "radio", "hidden", "file"}


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """Draw the control of a field in the theme's style, tied to its hint and error."""
    kind = getattr(field.field.widget, "input_type", "")
    attrs: dict[str, str | bool] = {}
    if kind not in _PLAIN:
        attrs["class"] = "form-select" if kind == "select" else "form-control"
    attrs["aria-describedby"] = f"{field.id_for_label}-hint {field.id_for_label}-error"
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)
