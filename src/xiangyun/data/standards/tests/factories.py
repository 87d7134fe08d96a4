"""Data elements and code tables for tests."""

from xiangyun.data.standards.models import CodeTable, CodeValue, DataElement
from xiangyun.foundation.packs.api import clear_content_caches


def make_code_table(code: str = "GB/T 2261.1", **values: str) -> CodeTable:
    """Create a table; `values` are codes with a leading `c`: `c1="男"`."""
    clear_content_caches()
    table = CodeTable.objects.create(code=code, name=code)
    CodeValue.objects.bulk_create(
        CodeValue(table=table, code=key[1:], name=name, position=position)
        for position, (key, name) in enumerate(values.items())
    )
    return table


def make_element(code: str, *, data_type: str = "C", table: CodeTable | None = None, mask: str = "none") -> DataElement:
    """Create a data element."""
    clear_content_caches()
    return DataElement.objects.create(
        code=code, name=code, name_en=code, data_type=data_type, length="50", table=table, mask=mask, level="L2"
    )
