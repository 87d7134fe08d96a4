"""The loader of regions.csv and regions_history.csv (GB/T 2260, GB/T 10114, 统计用区划代码)."""

import re
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from xiangyun.foundation.packs.api import PackFile, Row
from xiangyun.foundation.regions.models import Region

HISTORY = "regions_history.csv"
_CODE = re.compile(r"[0-9]{12}")
# digits that belong to each level; the rest are zeros
_DIGITS = {1: 2, 2: 4, 3: 6, 4: 9, 5: 12}
_COLUMNS = ["code", "name", "level", "parent", "kind", "pinyin_initials", "virtual", "maps_to", "note"]
_HISTORY_COLUMNS = [
    "code", "name", "level", "parent", "kind", "pinyin_initials", "valid_from", "valid_to", "replaced_by", "note",
]  # fmt: skip


@dataclass
class _Division:
    row: Row
    level: int
    valid_from: date | None = None
    path: str = ""
    full_name: str = ""


@dataclass
class _Past:
    row: Row
    level: int
    valid_from: date | None
    valid_to: date


@dataclass
class _Content:
    current: dict[str, _Division] = field(default_factory=dict)
    past: list[_Past] = field(default_factory=list)


def load_regions(file: PackFile) -> int:
    """Write all divisions in one pass; ids of known codes stay, vanished codes must be named in the history file."""
    content = _Content(current=_read_current(file))
    history = file.sibling(HISTORY)
    if history.exists():
        content.past = _read_past(history, content.current)
    _refuse_vanished(file, content)
    file.stop_on_errors()
    _close_moved(content.past)
    _copy_current(list(content.current.values()))
    _write_past(content)
    return len(content.current) + len(content.past)


def _read_current(file: PackFile) -> dict[str, _Division]:
    found: dict[str, _Division] = {}
    for row in file.read_csv(columns=_COLUMNS, optional=["level_name", "kind_name", "valid_from"]):
        level = _check_row(file, row)
        if level is None:
            continue
        code = row["code"]
        if code in found:
            file.error(row.line, f"区划代码{code}重复（第一次在第{found[code].row.line}行）")
            continue
        if row["virtual"] not in ("Y", "N"):
            file.error(row.line, "virtual 应为 Y 或 N")
        elif row["virtual"] == "N":
            _check_digits(file, row, level)
        found[code] = _Division(row, level, file.date_of(row.get("valid_from"), row.line))
    for division in sorted(found.values(), key=lambda division: division.level):
        _place(file, division, found)
    return found


def _check_row(file: PackFile, row: Row) -> int | None:
    if not _CODE.fullmatch(row["code"]):
        file.error(row.line, f"区划代码“{row['code']}”应为12位数字")
        return None
    if row["level"] not in ("1", "2", "3", "4", "5"):
        file.error(row.line, f"层级“{row['level']}”应为1至5")
        return None
    if not row["name"]:
        file.error(row.line, "缺少名称")
    return int(row["level"])


def _check_digits(file: PackFile, row: Row, level: int) -> None:
    code, parent, digits = row["code"], row["parent"], _DIGITS[level]
    if code[digits:].strip("0"):
        file.error(row.line, f"{level}级区划代码{code}的后{12 - digits}位应为0")
    upper = _DIGITS.get(level - 1)
    if upper and parent and parent[:upper] != code[:upper]:
        file.error(row.line, f"区划代码{code}与上级{parent}的前{upper}位不一致")


def _place(file: PackFile, division: _Division, found: dict[str, _Division]) -> None:
    row = division.row
    maps_to, parent = row["maps_to"], found.get(row["parent"])
    if maps_to and maps_to not in found:
        file.error(row.line, f"maps_to 指向的区划{maps_to}不存在")
    if division.level == 1:
        if row["parent"]:
            file.error(row.line, "省级区划没有上级")
        division.path, division.full_name = f"{row['code']}/", row["name"]
    elif parent is None:
        file.error(row.line, f"上级区划“{row['parent']}”不存在")
    elif parent.level >= division.level:
        file.error(row.line, f"上级区划{row['parent']}的层级不高于本级")
    else:
        division.path = f"{parent.path}{row['code']}/"
        division.full_name = parent.full_name + row["name"]


def _read_past(file: PackFile, current: dict[str, _Division]) -> list[_Past]:
    found: list[_Past] = []
    rows = file.read_csv(columns=_HISTORY_COLUMNS)
    codes = {row["code"] for row in rows}
    seen: set[tuple[str, date]] = set()
    for row in rows:
        level = _check_row(file, row)
        valid_to = file.date_of(row["valid_to"], row.line)
        if level is None or valid_to is None:
            if not row["valid_to"]:
                file.error(row.line, "缺少失效日期 valid_to")
            continue
        if row["parent"] not in current:
            file.error(row.line, f"当时的上级区划“{row['parent']}”不存在")
        if row["replaced_by"] and row["replaced_by"] not in current and row["replaced_by"] not in codes:
            file.error(row.line, f"变更后代码{row['replaced_by']}不存在")
        if (row["code"], valid_to) in seen:
            file.error(row.line, f"区划代码{row['code']}在同一失效日期重复")
        seen.add((row["code"], valid_to))
        found.append(_Past(row, level, file.date_of(row["valid_from"], row.line), valid_to))
        successor = current.get(row["replaced_by"])
        if successor is not None and successor.valid_from is None:
            successor.valid_from = valid_to
    return found


def _refuse_vanished(file: PackFile, content: _Content) -> None:
    known = Region.objects.filter(valid_to=None).values_list("code", "name")
    past = {entry.row["code"] for entry in content.past}
    for code, name in known.order_by("code"):
        if code not in content.current and code not in past:
            file.error(0, f"已加载的区划{code}{name}不在本文件中；如已撤并，请在 {HISTORY} 写明失效日期")


def _close_moved(past: list[_Past]) -> None:
    for entry in past:
        Region.objects.filter(code=entry.row["code"], valid_to=None).update(valid_to=entry.valid_to)


def _copy_current(divisions: list[_Division]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists regions_incoming")
        cursor.execute(
            "create temp table regions_incoming (code text, name text, full_name text, level smallint, kind text,"
            " parent text, path text, initials text, is_virtual bool, maps_to text, valid_from date, note text)"
        )
        with cursor.copy("copy regions_incoming from stdin") as copy:
            for division in divisions:
                row = division.row
                copy.write_row(
                    (
                        row["code"], row["name"], division.full_name, division.level, row["kind"], row["parent"],
                        division.path, row["pinyin_initials"], row["virtual"] == "Y", row["maps_to"],
                        division.valid_from, row["note"],
                    )
                )  # fmt: skip
        for level in _DIGITS:  # a level at a time: the parent must have its id first
            cursor.execute(_UPSERT, [level])
        cursor.execute("drop table regions_incoming")
        cursor.execute("analyze regions_region")


_UPSERT = """
insert into regions_region as r (code, name, full_name, level, kind, parent_id, path, initials, is_virtual, maps_to,
    valid_from, note, replaced_by)
select n.code, n.name, n.full_name, n.level, n.kind, p.id, n.path, n.initials, n.is_virtual, n.maps_to,
    n.valid_from, n.note, ''
from regions_incoming n left join regions_region p on p.code = n.parent and p.valid_to is null
where n.level = %s
on conflict (code) where valid_to is null do update set
    name = excluded.name, full_name = excluded.full_name, level = excluded.level, kind = excluded.kind,
    parent_id = excluded.parent_id, path = excluded.path, initials = excluded.initials,
    is_virtual = excluded.is_virtual, maps_to = excluded.maps_to, valid_from = excluded.valid_from,
    note = excluded.note
where (r.name, r.full_name, r.level, r.kind, r.parent_id, r.path, r.initials, r.is_virtual, r.maps_to, r.valid_from,
    r.note) is distinct from (excluded.name, excluded.full_name, excluded.level, excluded.kind, excluded.parent_id,
    excluded.path, excluded.initials, excluded.is_virtual, excluded.maps_to, excluded.valid_from, excluded.note)
"""


def _write_past(content: _Content) -> None:
    for entry in content.past:
        row, parent = entry.row, content.current[entry.row["parent"]]
        Region.objects.update_or_create(
            code=row["code"],
            valid_to=entry.valid_to,
            defaults={
                "name": row["name"],
                "full_name": parent.full_name + row["name"],
                "level": entry.level,
                "kind": row["kind"],
                "parent": Region.objects.get(code=row["parent"], valid_to=None),
                "path": f"{parent.path}{row['code']}/",
                "initials": row["pinyin_initials"],
                "valid_from": entry.valid_from,
                "replaced_by": row["replaced_by"],
                "note": row["note"],
            },
        )
