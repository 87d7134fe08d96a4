"""Writing rows by statements composed once.

Each act on a case writes the same few tables the same way; the ORM would compose the same SQL anew each time, which
costs more than the database does. For rows of tables with a numeric key and without signals.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one table in one statement and give them their keys; nothing for none."""
    if not rows:
        return
    sql, fields = _insert(type(rows[0]), len(rows))
    values: list[Any] = []
    for row in rows:
        values += [_value(row, field) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key
            row._state.adding, row._state.db = False, connection.alias


def update_row(row: models.Model, names: Sequence[str], *, only_if: tuple[str, Any] | None = None) -> bool:
    """Write some columns of a row; with `only_if` (column, value) just where that still holds. Say whether it was written."""
    sql, fields = _update(type(row), tuple(names), only_if[0] if only_if else "")
    values = [*(_value(row, field) for field in fields), row.pk, *(only_if[1:] if only_if else ())]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount == 1


@lru_cache(maxsize=512)
def _insert(model: type[models.Model], count: int) -> tuple[str, list[Any]]:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    names = ", ".join(f'"{field.column}"' for field in fields)
    places = f"({', '.join(['%s'] * len(fields))})"
    sql = f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES {", ".join([places] * count)} RETURNING id'  # noqa: S608
    return sql, fields


@lru_cache(maxsize=512)
def _update(model: type[models.Model], names: tuple[str, ...], condition: str) -> tuple[str, list[Any]]:
    by_name: dict[str, Any] = {field.name: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in names]
    assignments = ", ".join(f'"{field.column}" = %s' for field in fields)
    more = f' AND "{condition}" = %s' if condition else ""
    sql = f'UPDATE "{model._meta.db_table}" SET {assignments} WHERE id = %s{more}'  # noqa: S608
    return sql, fields


def _value(row: models.Model, field: Any) -> Any:
    value = getattr(row, field.attname)
    if value is None and field.is_relation and field.is_cached(row):
        # the row it points at was inserted after the two were tied together
        target = getattr(row, field.name)
        value = None if target is None else target.pk
        setattr(row, field.attname, value)
    return field.get_db_prep_save(value, connection)
