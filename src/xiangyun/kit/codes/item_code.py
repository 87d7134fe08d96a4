"""Codes of government service items (GB/T 39554.1): catalog 12, implementation 31, handling item 33 characters."""

import re
from dataclasses import dataclass

from xiangyun.kit.codes.uscc import is_uscc
from xiangyun.kit.errors import ValidationError

_CATALOG = re.compile(r"(?P<region>[0-9]{2})(?P<kind>[0-9]{2})(?P<lead>[0-9]{2})(?P<main>[0-9]{3})(?P<sub>[0-9]{3})")


@dataclass(frozen=True, kw_only=True)
class CatalogCode:
    """The parts of a catalog code: 00 or province, item type, lead department, main and sub item."""

    region: str
    item_type: str
    lead: str
    main: str
    sub: str

    def __str__(self) -> str:
        return self.region + self.item_type + self.lead + self.main + self.sub


def parse_catalog_code(value: str) -> CatalogCode:
    """Take a catalog code (基本编码) apart.

    Raises: ValidationError.
    """
    match = _CATALOG.fullmatch(value.strip())
    if match is None:
        raise ValidationError("基本编码应为12位数字，请核对。")
    return CatalogCode(
        region=match["region"], item_type=match["kind"], lead=match["lead"], main=match["main"], sub=match["sub"]
    )


def make_task_code(uscc: str, level: str, catalog_code: str) -> str:
    """Return the code of an implementation (实施编码): body's USCC, level 1–7, catalog code.

    Raises: ValidationError.
    """
    parse_catalog_code(catalog_code)
    if not is_uscc(uscc) or level not in set("1234567"):
        raise ValidationError("实施编码由18位实施主体代码、1位行使层级和12位基本编码组成，请核对主体代码和层级。")
    return uscc + level + catalog_code


def is_task_code(value: str) -> bool:
    """Say whether this is a well-formed implementation code."""
    return len(value) == 31 and is_uscc(value[:18]) and value[18] in "1234567" and bool(_CATALOG.fullmatch(value[19:]))


def is_handle_item_code(value: str) -> bool:
    """Say whether this is a well-formed handling item code."""
    return len(value) == 33 and is_task_code(value[:31]) and value[31:].isdigit() and value[31:] != "00"
