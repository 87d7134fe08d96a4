"""Everything on record can be read: each action has a Chinese name, each kind of object is a model."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import AppConfig, apps

from tests.architecture.test_structure import OURS, each_app
from xiangyun.foundation.audit import api as audit

# such arguments are of the same form but no actions
OTHERS = {"right", "purpose", "subject_type"}


def _calls(app: AppConfig) -> Iterator[tuple[str, ast.Call]]:
    for path in Path(app.path).rglob("operations*/**/*.py"):
        yield from _calls_in(path)
    if (path := Path(app.path) / "operations.py").exists():
        yield from _calls_in(path)


def _calls_in(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def _is_action(app: AppConfig, value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and bool(re.fullmatch(rf"{app.label}\.[a-z_]+", str(value.value)))


@each_app()
def test_every_action_that_is_recorded_has_a_name(app: AppConfig):
    written = {
        value.value
        for function, call in _calls(app)
        if not function.rpartition(".")[2].startswith("require")
        for value in (*call.args, *(each.value for each in call.keywords if each.arg not in OTHERS))
        if _is_action(app, value)
    }
    # what is not written out: the acts on a case and on a certificate, which ask for their names when they are done
    assert [action for action in sorted(written) if not audit.get_action_name(action=action)] == []


@each_app()
def test_every_kind_of_object_on_record_is_a_model(app: AppConfig):
    kinds = {
        each.value.value
        for function, call in _calls(app)
        if function == "audit.record"
        for each in call.keywords
        if each.arg == "subject_type" and isinstance(each.value, ast.Constant)
    }
    assert [kind for kind in sorted(kinds) if not apps.get_model(kind)] == []


@pytest.mark.parametrize("app", [app for app in OURS if hasattr(app, "audited")], ids=lambda app: app.label)
def test_names_of_actions_are_chinese_and_tell_actions_apart(app: AppConfig):
    names = app.audited
    assert all(re.fullmatch(r"[\u4e00-\u9fff，]{2,12}", name) for name in names.values())
    assert len(set(names.values())) == len(names)
