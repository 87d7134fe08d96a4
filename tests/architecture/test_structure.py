"""What imports cannot show: where rows point, how files are named and how long they are, what doors look like."""

import inspect
import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import AppConfig, apps
from django.db import models

SOURCE = Path(__file__).resolve().parents[2] / "src"
LAYERS = ["kit", "foundation", "infrastructure", "data", "service", "sectors", "engagement", "oversight", "portal"]
FILES = """
    __init__ api events errors models queries permissions adapters operations tasks forms packs views rest hot urls
    receivers admin management middleware templatetags static templates apps migrations tests
"""
# a column that ends with such a word is about a person; `masks` of the model says how a plain one is shown
PERSONAL = re.compile(
    "(^|_)(citizen_id|mobile|phone|address|email|birth_date|passport|bank_account|bank_card|plate|real_name)$"
)
# read as a sentence: require(actor, right, scope), subscribe(CaseDecided, handler, key=…)
SPOKEN = {
    *(
        f"access.{verb}"
        for verb in ("require", "can", "holds_role", "filter_for", "list_rights", "list_role_scopes", "list_scopes")
    ),
    *("events.subscribe", "workflow.register_handler", "workflow.register_end_listener"),
}
OURS = [app for app in apps.get_app_configs() if app.name.startswith("xiangyun.")]


def each_app(having: str = "__init__.py") -> pytest.MarkDecorator:
    """Run the test for each app that has the file."""
    apps_with_it = [app for app in OURS if (Path(app.path) / having).exists()]
    return pytest.mark.parametrize("app", apps_with_it, ids=lambda app: app.label)


def layer(model: type[models.Model]) -> int:
    return LAYERS.index(model.__module__.split(".")[1])


@each_app()
def test_foreign_keys_point_down(app: AppConfig):
    wrong = []
    for model in app.get_models():
        for field in (*model._meta.fields, *model._meta.many_to_many):
            target = field.related_model
            if target is None or not target.__module__.startswith("xiangyun.") or target._meta.app_label == app.label:
                continue
            if layer(target) > layer(model):
                wrong.append(f"{field}: points up")
            if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is not models.PROTECT:
                wrong.append(f"{field}: on_delete is not PROTECT")
            if not field.remote_field.related_name or not field.remote_field.related_name.endswith("+"):
                wrong.append(f'{field}: related_name is not "+"')
    assert wrong == []


@each_app()
def test_files_are_named_by_the_vocabulary(app: AppConfig):
    folder = Path(app.path)
    names = {
        path.stem for path in folder.iterdir() if path.suffix == ".py" or (path.is_dir() and path.stem != "__pycache__")
    }
    assert sorted(names - set(FILES.split())) == []
    assert (import_module(app.name).__doc__ or "").strip(), "the docstring says what the app owns"


@each_app(having="api.py")
def test_doors_are_short_and_their_functions_take_keywords_only(app: AppConfig):
    assert len((Path(app.path) / "api.py").read_text(encoding="utf-8").splitlines()) <= 60
    module = import_module(f"{app.name}.api")
    functions = [getattr(module, name) for name in module.__all__ if inspect.isfunction(getattr(module, name))]
    by_place = {f"{app.label}.{function.__name__}": _positional(function) for function in functions}
    # the one thing that the name speaks of may come first: publish(event), get_firm(firm_id)
    assert {place: names for place, names in by_place.items() if len(names) > 1 and place not in SPOKEN} == {}


def _positional(function: Callable[..., Any]) -> list[str]:
    parameters = inspect.signature(function).parameters.values()
    return [parameter.name for parameter in parameters if parameter.kind is not parameter.KEYWORD_ONLY]


def test_files_stay_short():
    limits = [
        (path, 800 if "tests" in path.parts else 500) for path in SOURCE.rglob("*.py") if "migrations" not in path.parts
    ]
    long = [
        f"{path.relative_to(SOURCE)}: {n}" for path, most in limits if (n := len(path.read_text().splitlines())) > most
    ]
    assert long == []


@each_app()
def test_personal_columns_say_how_they_are_masked(app: AppConfig):
    undeclared = [
        str(field)
        for model in app.get_models()
        for field in model._meta.local_fields
        if PERSONAL.search(field.name)
        if not field.name.startswith("masked_")
        if getattr(field, "mask", None) is None and field.name not in getattr(model, "masks", {})
    ]
    assert undeclared == []


@each_app(having="urls.py")
def test_url_names_carry_the_namespace_of_their_app(app: AppConfig):
    module = import_module(f"{app.name}.urls")
    assert module.app_name == app.label
    assert all(pattern.name for pattern in module.urlpatterns)


def test_stored_files_pass_the_one_place_that_encrypts_them():
    users = [
        path for path in SOURCE.rglob("*.py") if "default_storage" in path.read_text() and "tests" not in path.parts
    ]
    assert [str(path.relative_to(SOURCE)) for path in users] == ["xiangyun/foundation/files/adapters/store.py"]
