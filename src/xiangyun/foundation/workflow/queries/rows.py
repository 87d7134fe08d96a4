"""Reading rows by statements written once.

A move touches the same few tables the same way a million times; the ORM would write the same SQL anew each time,
which costs more than the database does.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)


@cache
def columns(model: type[models.Model], alias: str) -> str:
    """Return the columns of a table for a SELECT, in the order in which `build` takes them."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


@cache
def width(model: type[models.Model]) -> int:
    """Return the number of columns of a table."""
    return len(model._meta.concrete_fields)


@cache
def _shape(model: type[models.Model]) -> tuple[list[str], list[tuple[int, Any]]]:
    fields = model._meta.concrete_fields
    converters = [(place, field) for place, field in enumerate(fields) if hasattr(field, "from_db_value")]
    return [field.attname for field in fields], converters


def build(model: type[M], values: Sequence[Any]) -> M:
    """Return the instance of a row read with `columns`."""
    names, converters = _shape(model)
    row = list(values)
    for place, field in converters:
        row[place] = field.from_db_value(row[place], None, connection)
    return model.from_db(connection.alias, names, row)
