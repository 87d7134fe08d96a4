"""What every page needs: icons, dates as officials write them, masks, menus and the subject switch."""

import re
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.messaging import api as messaging
from xiangyun.foundation.packs import api as packs
from xiangyun.foundation.ui import queries
from xiangyun.kit.actors import Actor
from xiangyun.kit.privacy import mask as mask_value
from xiangyun.kit.wording import chinese_day

register = template.Library()

_SYMBOLS = Path(__file__).resolve().parents[1] / "static" / "vendor" / "tabler-icons" / "icons.svg"
_SYMBOL = re.compile(r'<symbol id="([\w-]+)">(.*?)</symbol>', re.S)


@cache
def _symbols() -> dict[str, str]:
    return dict(_SYMBOL.findall(_SYMBOLS.read_text("utf-8")))


@register.simple_tag
def icon(name: str, size: int = 20, label: str = "", fallback: str = "") -> SafeString:
    """Draw a Tabler icon inline; hidden from screen readers unless it has a label of its own.

    `fallback` stands in for names that come from content packs.

    Raises: TemplateSyntaxError when the icon is not vendored (`static/vendor/tabler-icons/names.txt`).
    """
    if fallback and name not in _symbols():
        name = fallback
    if name not in _symbols():
        raise template.TemplateSyntaxError(f"图标 {name} 不在 vendor/tabler-icons/names.txt 中")
    paint = "icon icon-solid" if name.endswith("-filled") else "icon"
    voice = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" width="{}" height="{}" viewBox="0 0 24 24" {} focusable="false">{}</svg>',
        paint,
        size,
        size,
        voice,
        mark_safe(_symbols()[name]),  # noqa: S308 - our own vendored drawing
    )


@register.filter
def moment(value: datetime | None) -> str:
    """Write a moment as `2026-11-20 14:05` in local time."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


@register.filter
def day(value: date | datetime | None) -> str:
    """Write a date as `2026-11-20`."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return value.strftime("%Y-%m-%d") if value else ""


@register.filter
def official_day(value: date | datetime | None) -> str:
    """Write a date as papers do: `2026年11月20日`."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return chinese_day(value) if value else ""


@register.filter
def mask(value: str | None, kind: str) -> str:
    """Hide the middle of a personal value by its masking kind."""
    return mask_value(kind, value) if value else ""


@register.filter
def file_size(value: int | str | None) -> str:
    """Write a file size as `350 KB` or `2.4 MB`."""
    count = int(value or 0)
    return f"{-(-count // 1024)} KB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MB"


@register.filter
def grouped(value: str | None) -> str:
    """Write a long code in groups of four so that it can be read aloud."""
    return " ".join(re.findall(".{1,4}", value or ""))


@register.simple_tag
def demo_banner() -> str:
    """Return what every page says once the pack's demonstration part was loaded, empty before."""
    pack = packs.find_pack()
    return pack.demo_banner if pack else ""


@register.simple_tag
def place(name: str, *args: Any, **kwargs: Any) -> str:
    """Reverse a URL name of an upper app; empty where that app is not installed."""
    return queries.find_url(name, *args, **kwargs)


@register.simple_tag(takes_context=True)
def menu(context: Context, which: str) -> list[dict[str, Any]]:
    """List the entries of a menu that are for whoever looks at the page."""
    request = context.get("request")
    return queries.list_menu(which=which, actor=_actor(context), path=request.path if request else "")


@register.simple_tag(takes_context=True)
def unread_count(context: Context) -> int:
    """Count the unread messages of the person who is logged in."""
    actor = _actor(context)
    return messaging.count_unread(actor=actor) if actor else 0


@register.simple_tag(takes_context=True)
def subjects(context: Context) -> list[accounts.Subject]:
    """List for whom the person may act: self first, then firms."""
    actor = _actor(context)
    if actor is None or actor.user_id is None:
        return []
    return accounts.list_subjects(user_id=actor.user_id, on=timezone.localdate())


def _actor(context: Context) -> Actor | None:
    return getattr(context.get("request"), "actor", None)
