"""Broken content for tests of loaders."""

import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps
from django.db import transaction
from hypothesis import strategies as st
from pytest import MonkeyPatch, raises

from xiangyun.foundation.packs.api import PackErrors, PackReport, clear_content_caches, load_pack

AT = datetime(2026, 11, 3, 2, tzinfo=UTC)
_STRANGE = (None, "", "x", 7, -1, 0.5, True, [], {}, [None], ["x"], {"x": "y"}, "啊" * 500, "22\x00", "{nothing}")


def keep_loaders(monkeypatch: MonkeyPatch, *labels: str) -> None:
    """Leave only the loaders of these apps (and of `pack.yaml`) in force."""
    for config in apps.get_app_configs():
        if hasattr(config, "pack_files") and config.label not in ("packs", *labels):
            monkeypatch.setattr(config, "pack_files", [])


def load(pack: Path, *, demo: bool = False, check: bool = False) -> PackReport:
    """Load a pack at `AT`."""
    return load_pack(path=pack, demo=demo, check=check, at=AT)


def problems(pack: Path, *, check: bool = False) -> list[str]:
    """Load a pack that must be refused, and return its mistakes as people read them."""
    with raises(PackErrors) as caught:
        load(pack, check=check)
    return [str(problem) for problem in caught.value.problems]


@st.composite
def disfigured(draw: st.DrawFn, document: Any) -> Any:
    """Replace, drop or double one piece somewhere in a document."""
    document = copy.deepcopy(document)
    node = document
    while True:
        keys: list[Any] = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = draw(st.sampled_from(keys))
        inner = node[key]
        if isinstance(inner, dict | list) and inner and draw(st.integers(0, 4)):
            node = inner
            continue
        act = draw(st.sampled_from(["replace", "replace", "drop", "double"]))
        if act == "drop":
            del node[key]
        elif act == "double" and isinstance(node, list):
            node.append(copy.deepcopy(inner))
        else:
            node[key] = copy.deepcopy(draw(st.sampled_from(_STRANGE)))
        return document


def is_loaded_or_refused(pack: Path, name: str, document: Any) -> bool:
    """Write the document, load the pack, undo it; False if it was refused. Anything but a clear refusal raises."""
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    (pack / name).write_text(text)
    try:
        with transaction.atomic():
            load(pack)
            transaction.set_rollback(True)
    except PackErrors as refused:
        assert all(problem.path and problem.reason for problem in refused.problems)
        return False
    finally:
        clear_content_caches()
    return True
