"""Drawings made by the server: QR codes and the clock line with its pauses to scale."""

import io
from dataclasses import dataclass
from typing import Any

import segno
from django import template
from django.utils.safestring import SafeString, mark_safe

from xiangyun.foundation.calendars import api as calendars

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
def clock_line(reading: calendars.ClockReading, label: str = "") -> dict[str, Any]:
    """Draw a clock: days that counted, pauses to scale, what is left until it is due, and why."""
    bars, at = [], 0.0
    for span in reading.spans:
        width = span.share * _WIDTH
        title = f"{span.label} {span.since:%Y-%m-%d} 至 {span.until:%Y-%m-%d}"
        bars.append(Bar(x=round(at, 1), width=round(width, 1), kind=span.kind, title=title))
        at += width
    return {
        "reading": reading,
        "label": label or reading.name,
        "bars": bars,
        "now_x": sum(bar.width for bar in bars if bar.kind != "left"),
        "has_pause": any(bar.kind == "paused" for bar in bars),
    }
