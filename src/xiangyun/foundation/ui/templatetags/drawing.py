"""Drawings made by the server: QR codes and the clock line with its pauses to scale."""

import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import segno
from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_WIDTH = 1000


@register.simple_tag
def qr_code(text: str, scale: int = 6) -> SafeString:
    """Draw a QR code as inline SVG; level M survives a creased print."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(
        out, kind="svg", scale=scale, border=2, xmldecl=False, svgns=False, omitsize=True
    )
    drawing = out.getvalue().decode().replace("<svg ", '<svg role="img" aria-label="二维码" ', 1)
    return mark_safe(drawing)  # noqa: S308 - drawn by segno from data modules, carries no text


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One stretch of the clock line in a drawing 1000 wide."""

    x: float
    width: float
    kind: str
    title: str


@register.inclusion_tag("ui/clock_line.html")
def clock_line(reading: Any, label: str = "承诺办结时限") -> dict[str, Any]:
    """Draw a clock: days that counted, pauses to scale with their reasons, what is left until it is due.

    `reading` is a `ClockReading` of calendars: `spans` are (kind, since, until, reason) stretches in calendar days.
    """
    return {"reading": reading, "label": label, **_layout(reading)}


def _layout(reading: Any) -> dict[str, Any]:
    spans = [s for s in getattr(reading, "spans", []) if _day(s.since)]
    if not spans:
        return {"bars": [], "now_x": 0, "has_pause": False}
    first = min(_day(s.since) for s in spans)
    ends = [_day(s.until) or _day(s.since) for s in spans] + ([_day(reading.due_on)] if reading.due_on else [])
    whole = max((max(ends) - first).days, 1)
    bars = []
    for span in spans:
        x = (_day(span.since) - first).days / whole * _WIDTH
        width = max(((_day(span.until) or _day(span.since)) - _day(span.since)).days / whole * _WIDTH, 4)
        bars.append(Bar(x=round(x, 1), width=round(min(width, _WIDTH - x), 1), kind=span.kind, title=_title(span)))
    now_x = max(b.x + b.width for b in bars if b.kind != "left") if bars else 0
    return {
        "bars": bars,
        "now_x": now_x,
        "has_pause": any(b.kind == "paused" for b in bars),
        "first": first,
        "last": max(ends),
    }


def _day(value: date | datetime | None) -> Any:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def _title(span: Any) -> str:
    reason = getattr(span, "reason", "")
    until = f"至 {_day(span.until)}" if span.until else "至今"
    return f"{reason or span.kind} {_day(span.since)} {until}"
