"""Reads of the power list."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from xiangyun.foundation.packs import api as packs
from xiangyun.service.powers.models import PowerEntry


@dataclass(frozen=True, kw_only=True)
class PowerRef:
    """An entry as others see it; `legal_basis` lists `{law, article}`."""

    id: int
    code: str
    catalog_code: str
    name: str
    type: str
    type_name: str
    legal_basis: list[dict[str, Any]]
    department_id: int
    department_name: str
    levels: list[str]
    responsibility: str
    accountability: str
    supervision_phone: str
    status: str
    published_on: date | None


_active: packs.ContentCache[str, dict[str, PowerRef]] = packs.ContentCache()


def find_power_entry(*, catalog_code: str, level: str = "", on: date | None = None) -> PowerRef | None:
    """Return the active, published entry that empowers the catalog item at a level, or None."""
    entry = _active.get("", _read_active).get(catalog_code)
    if entry is None or entry.published_on is None or (on is not None and entry.published_on > on):
        return None
    return entry if not level or level in entry.levels else None


def _read_active() -> dict[str, PowerRef]:
    rows = PowerEntry.objects.filter(status=PowerEntry.Status.ACTIVE).select_related("department")
    return {
        row.catalog_code: PowerRef(
            id=row.id,
            code=row.code,
            catalog_code=row.catalog_code,
            name=row.name,
            type=row.type,
            type_name=row.get_type_display(),
            legal_basis=row.legal_basis,
            department_id=row.department_id,
            department_name=row.department.name,
            levels=row.levels,
            responsibility=row.responsibility,
            accountability=row.accountability,
            supervision_phone=row.supervision_phone,
            status=row.status,
            published_on=row.published_on,
        )
        for row in rows
    }
