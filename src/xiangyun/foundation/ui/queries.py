"""Menus: what installed apps declare, as far as the actor may open it."""

from typing import Any

from django.apps import apps
from django.urls import NoReverseMatch, reverse

from xiangyun.foundation.access import api as access
from xiangyun.kit.actors import Actor


def find_url(name: str, *args: Any, **kwargs: Any) -> str:
    """Return the address of a URL name of an upper app; empty where that app is not installed."""
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


def list_menu(*, which: str, actor: Actor | None, path: str) -> list[dict[str, Any]]:
    """List what apps declare in their AppConfig as `menus = {which: [(label, icon, url name), …]}`; `path` is current.

    An entry that `menu_rights = {url name: {right, …}}` names is shown to those who hold one of its rights somewhere.
    """
    entries: list[dict[str, Any]] = []
    held: set[str] | None = None
    for config in apps.get_app_configs():
        for label, icon_name, url_name in getattr(config, "menus", {}).get(which, []):
            if needed := getattr(config, "menu_rights", {}).get(url_name):
                held = _rights(actor) if held is None else held
                if not needed & held:
                    continue
            if url := find_url(url_name):
                entries.append({"label": label, "icon": icon_name, "url": url})
    best = max((e["url"] for e in entries if path.startswith(e["url"])), key=len, default="")
    for entry in entries:
        entry["is_current"] = entry["url"] == best and (best != "/" or path == "/")
    return entries


def _rights(actor: Actor | None) -> set[str]:
    return set(access.list_rights(actor)) if actor else set()
