"""Reading and writing rows by statements composed once.

Each act on a case touches the same few tables the same way; the ORM would compose the same SQL anew each time, which
costs more than the database does. For tables with a numeric key `id` and without signals.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, TypeVar

from django.db import connection, models

from xiangyun.kit.transactions import execute_soon

M = TypeVar("M", bound=models.Model)


def find_row(model: type[M], *, lock: bool = False, **equals: Any) -> M | None:
    """Return the row whose columns (by attname) have these values, locked if asked; None where there is none."""
    found = list_rows(model, lock=lock, **equals)
    return found[0] if found else None


def list_rows(model: type[M], *, lock: bool = False, **equals: Any) -> list[M]:
    """Return the rows whose columns (by attname) have these values, or one of them where a list is given, by key."""
    tests = tuple((name, _test(value)) for name, value in equals.items())
    with connection.cursor() as cursor:
        cursor.execute(_select(model, tests, lock), [value for value in equals.values() if value is not None])
        return [build(model, values) for values in cursor.fetchall()]


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one table in one statement and give them their keys; nothing for none."""
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(f"{_insert(type(rows[0]), len(rows))} RETURNING id", _values_of(rows))
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key
            row._state.adding, row._state.db = False, connection.alias


def append_rows(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one table whose keys nobody needs, with the statements after it."""
    if rows:
        execute_soon(_insert(type(rows[0]), len(rows)), _values_of(rows))


def update_row(row: models.Model, names: Sequence[str]) -> None:
    """Write some columns of a row that is locked, with the statements after it."""
    sql, fields = _update(type(row), tuple(names), "")
    execute_soon(sql, [*(_value(row, field) for field in fields), row.pk])


def update_row_if(row: models.Model, names: Sequence[str], column: str, value: Any) -> bool:
    """Write some columns of a row where `column` still has `value`; say whether it was written."""
    sql, fields = _update(type(row), tuple(names), column)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*(_value(row, field) for field in fields), row.pk, value])
        return cursor.rowcount == 1


@cache
def columns(model: type[models.Model], alias: str) -> str:
    """Return the columns of a table for a SELECT, in the order in which `build` takes them."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


@cache
def width(model: type[models.Model]) -> int:
    """Return the number of columns of a table."""
    return len(model._meta.concrete_fields)


def build(model: type[M], values: Sequence[Any]) -> M:
    """Return the instance of a row read with `columns`."""
    names, converters = _shape(model)
    row = list(values)
    for place, convert in converters:
        row[place] = convert(row[place], None, connection)
    return model.from_db(connection.alias, names, row)


@cache
def _shape(model: type[models.Model]) -> tuple[list[str], list[tuple[int, Any]]]:
    fields: Sequence[Any] = model._meta.concrete_fields
    converters = [(place, field.from_db_value) for place, field in enumerate(fields) if hasattr(field, "from_db_value")]
    return [field.attname for field in fields], converters


def _test(value: Any) -> str:
    if value is None:
        return "IS NULL"
    return "= ANY(%s)" if isinstance(value, list) else "= %s"


@lru_cache(maxsize=512)
def _select(model: type[models.Model], tests: tuple[tuple[str, str], ...], lock: bool) -> str:
    by_name: dict[str, Any] = {field.attname: field for field in model._meta.concrete_fields}
    where = " AND ".join(f't."{by_name[name].column}" {test}' for name, test in tests)
    return (
        f'SELECT {columns(model, "t")} FROM "{model._meta.db_table}" t '  # noqa: S608  the names of columns are ours
        f"WHERE {where} ORDER BY t.id{' FOR UPDATE' if lock else ''}"
    )


@lru_cache(maxsize=512)
def _insert(model: type[models.Model], count: int) -> str:
    names = [f'"{field.column}"' for field in _given(model)]
    places = f"({', '.join(['%s'] * len(names))})"
    return f'INSERT INTO "{model._meta.db_table}" ({", ".join(names)}) VALUES {", ".join([places] * count)}'  # noqa: S608


@lru_cache(maxsize=512)
def _update(model: type[models.Model], names: tuple[str, ...], condition: str) -> tuple[str, list[Any]]:
    by_name: dict[str, Any] = {field.name: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in names]
    assignments = ", ".join(f'"{field.column}" = %s' for field in fields)
    more = f' AND "{condition}" = %s' if condition else ""
    sql = f'UPDATE "{model._meta.db_table}" SET {assignments} WHERE id = %s{more}'  # noqa: S608
    return sql, fields


@cache
def _given(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]


def _values_of(rows: Sequence[models.Model]) -> list[Any]:
    fields = _given(type(rows[0]))
    return [_value(row, field) for row in rows for field in fields]


def _value(row: models.Model, field: Any) -> Any:
    value = getattr(row, field.attname)
    if value is None and field.is_relation and field.is_cached(row):
        # the row it points at was inserted after the two were tied together
        target = getattr(row, field.name)
        value = None if target is None else target.pk
        setattr(row, field.attname, value)
    return field.get_db_prep_save(value, connection)
