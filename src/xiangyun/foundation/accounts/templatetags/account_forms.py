"""How account pages draw a form field, ours and those of the login library alike, and name a device."""

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()

# the first that a browser's own description contains names it: they all claim to be each other
_BROWSERS = {
    "MicroMessenger": "微信",
    "Edg": "Edge 浏览器",
    "Firefox": "火狐浏览器",
    "Chrome": "Chrome 浏览器",
    "Safari": "Safari 浏览器",
}
_SYSTEMS = {
    "iPhone": "苹果手机",
    "iPad": "苹果平板",
    "HarmonyOS": "鸿蒙设备",
    "Android": "安卓设备",
    "Windows": "Windows 电脑",
    "Macintosh": "苹果电脑",
    "Linux": "Linux 电脑",
}
_PLAIN = {"checkbox", "radio", "hidden", "file"}


@register.filter
def device(user_agent: str) -> str:
    """Return browser and system of a session in words."""
    known = [next((name for mark, name in marks.items() if mark in user_agent), "") for marks in (_SYSTEMS, _BROWSERS)]
    return " · ".join(filter(None, known)) or "其他设备"


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
