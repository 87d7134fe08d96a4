"""Reads of data elements and code values; both are kept in the memory of the process."""

from collections.abc import Iterable
from dataclasses import dataclass

from xiangyun.data.standards.models import CodeValue, DataElement
from xiangyun.foundation.packs import api as packs

REGION_TABLE = "region"


@dataclass(frozen=True, kw_only=True, slots=True)
class ElementRef:
    """A data element. `code_table` is empty for free text and `region` where divisions are the values."""

    code: str
    name: str
    name_en: str
    data_type: str
    length: str
    code_table: str
    mask: str
    level: str
    source_department_id: int | None
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeValueRef:
    """A code and its name; only an offered one is put before people to choose."""

    code: str
    name: str
    is_offered: bool


_elements: packs.ContentCache[str, dict[str, ElementRef]] = packs.ContentCache()
_values: packs.ContentCache[str, list[CodeValueRef]] = packs.ContentCache()


def find_element(*, code: str) -> ElementRef | None:
    """Return a data element, or None."""
    return _all_elements().get(code)


def list_elements(*, codes: Iterable[str] | None = None) -> list[ElementRef]:
    """Return the elements of the codes that exist, in the order asked for; all where no codes are given."""
    elements = _all_elements()
    if codes is None:
        return list(elements.values())
    return [elements[code] for code in codes if code in elements]


def list_code_values(*, table: str, offered_only: bool = True) -> list[CodeValueRef]:
    """Return the values of a code table in its order; none for an unknown table and for `region`."""
    values = _values.get(table, lambda: _read_values(table))
    return [value for value in values if value.is_offered or not offered_only]


def _all_elements() -> dict[str, ElementRef]:
    return _elements.get("", _read_elements)


def _read_elements() -> dict[str, ElementRef]:
    rows = DataElement.objects.select_related("table").order_by("id")
    return {
        row.code: ElementRef(
            code=row.code,
            name=row.name,
            name_en=row.name_en,
            data_type=row.data_type,
            length=row.length,
            code_table=REGION_TABLE if row.is_region else row.table.code if row.table else "",
            mask=row.mask,
            level=row.level,
            source_department_id=row.source_department_id,
            source=row.source,
        )
        for row in rows
    }


def _read_values(table: str) -> list[CodeValueRef]:
    rows = CodeValue.objects.filter(table__code=table).order_by("position")
    return [CodeValueRef(code=row.code, name=row.name, is_offered=row.is_offered) for row in rows]
