"""The loaders of code_tables.yaml and elements.yaml."""

import re

from xiangyun.data.standards.models import CodeTable, CodeValue, DataElement
from xiangyun.data.standards.queries import REGION_TABLE
from xiangyun.foundation.organisations import api as organisations
from xiangyun.foundation.packs.api import PackFile, YamlMap

_TABLE_OPTIONAL = ["standard", "partial", "note", "not_offered"]
_ELEMENT_REQUIRED = ["id", "name", "name_en", "data_type", "length", "mask", "level", "source"]
_ELEMENT_OPTIONAL = ["code_table", "source_dept", "note"]
_ID = re.compile(r"[a-z][a-z0-9_]*")
_LENGTH = re.compile(r"[0-9]+(,[0-9]+)?")


def load_code_tables(file: PackFile) -> int:
    """Write tables and their values; values no longer listed are removed, tables in use by an element stay."""
    tables: dict[str, CodeTable] = {}
    values: dict[str, list[CodeValue]] = {}
    for entry in file.read_entries("code_tables"):
        is_whole = file.check_keys(entry, required=["id", "name", "values"], optional=_TABLE_OPTIONAL)
        if not (is_whole and file.check_texts(entry, "id", "name", "standard", "partial", "note")):
            continue
        table = CodeTable(
            code=str(entry["id"]),
            name=str(entry["name"]),
            standard=str(entry.get("standard") or ""),
            is_partial=bool(entry.get("partial")),
            note=str(entry.get("note") or ""),
        )
        if table.code in tables or table.code == REGION_TABLE:
            file.error(entry.line_of("id"), f"代码表“{table.code}”重复或为保留名")
        tables[table.code] = table
        values[table.code] = _read_values(file, entry)
    file.stop_on_errors()
    CodeTable.objects.bulk_create(
        tables.values(),
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "standard", "is_partial", "note"],
    )
    ids = dict(CodeTable.objects.filter(code__in=tables).values_list("code", "id"))
    CodeValue.objects.all().delete()
    rows = [value for code, listed in values.items() for value in _attach(listed, ids[code])]
    CodeValue.objects.bulk_create(rows)
    return len(tables) + len(rows)


def _attach(values: list[CodeValue], table_id: int) -> list[CodeValue]:
    for value in values:
        value.table_id = table_id
    return values


def _read_values(file: PackFile, entry: YamlMap) -> list[CodeValue]:
    """Read `values: {code: name}`; the codes under `not_offered` are known but put before nobody."""
    given = entry["values"]
    if not isinstance(given, YamlMap):
        file.error(entry.line_of("values"), "values 应为“代码：名称”")
        return []
    hidden = entry.get("not_offered") or []
    if not isinstance(hidden, list) or any(str(code) not in given for code in hidden):
        file.error(entry.line_of("not_offered"), "not_offered 应为 values 中代码的列表")
        hidden = []
    hidden_codes = {str(code) for code in hidden}
    names: dict[str, str] = {}
    for code, name in given.items():
        if not isinstance(name, str) or not name:
            file.error(given.line_of(code), f"代码“{code}”的名称应为文字")
        elif name in names:
            file.error(given.line_of(code), f"名称“{name}”与代码“{names[name]}”重复")
        names[str(name)] = code
    return [
        CodeValue(code=code, name=str(name), position=position, is_offered=code not in hidden_codes)
        for position, (code, name) in enumerate(given.items())
    ]


def load_elements(file: PackFile) -> int:
    """Write the data elements; codes that are no longer listed are removed."""
    tables = dict(CodeTable.objects.values_list("code", "id"))
    departments = {department.key: department.id for department in organisations.list_departments(level=2)}
    elements: dict[str, DataElement] = {}
    lines: dict[str, int] = {}
    for entry in file.read_entries("elements"):
        is_whole = file.check_keys(entry, required=_ELEMENT_REQUIRED, optional=_ELEMENT_OPTIONAL)
        if not (is_whole and file.check_texts(entry, *_ELEMENT_REQUIRED, *_ELEMENT_OPTIONAL)):
            continue
        element = _read_element(file, entry, tables, departments)
        if element.code in elements:
            file.error(entry.line, f"数据元“{element.code}”重复（第一次在第{lines[element.code]}行）")
        elements[element.code], lines[element.code] = element, entry.line
    file.stop_on_errors()
    DataElement.objects.exclude(code__in=elements).delete()
    DataElement.objects.bulk_create(
        elements.values(),
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[
            "name", "name_en", "data_type", "length", "table", "is_region", "mask", "level", "source_department",
            "source",
        ],
    )  # fmt: skip
    return len(elements)


def _read_element(file: PackFile, entry: YamlMap, tables: dict[str, int], departments: dict[str, int]) -> DataElement:
    for key, choices in (
        ("data_type", DataElement.DataType.values),
        ("mask", DataElement.Mask.values),
        ("level", DataElement.Level.values),
    ):
        if entry[key] not in choices:
            file.error(entry.line_of(key), f"{key} “{entry[key]}”应为 {'、'.join(choices)}")
    if not _ID.fullmatch(str(entry["id"])):
        file.error(entry.line_of("id"), f"标识“{entry['id']}”应为小写字母、数字和下划线")
    if not _LENGTH.fullmatch(str(entry["length"])):
        file.error(entry.line_of("length"), f"长度“{entry['length']}”应为数字，小数写作 12,2")
    table = entry.get("code_table")
    if table and table != REGION_TABLE and table not in tables:
        file.error(entry.line_of("code_table"), f"代码表“{table}”不在 code_tables.yaml 中")
    department = entry.get("source_dept")
    if department and department not in departments:
        file.error(entry.line_of("source_dept"), f"来源部门“{department}”不在 departments.yaml 中")
    return DataElement(
        code=str(entry["id"]),
        name=str(entry["name"]),
        name_en=str(entry["name_en"]),
        data_type=str(entry["data_type"]),
        length=str(entry["length"]),
        table_id=tables.get(str(table)) if table else None,
        is_region=table == REGION_TABLE,
        mask=str(entry["mask"]),
        level=str(entry["level"]),
        source_department_id=departments.get(str(department)) if department else None,
        source=str(entry["source"]),
    )
