"""Loader: each catalog item of a power type (01–10) is one entry of its lead body's list."""

from typing import Any

from xiangyun.foundation.organisations import api as organisations
from xiangyun.foundation.packs.api import PackFile, YamlMap, plain
from xiangyun.service.powers.models import PowerEntry

PROVINCE = 2
_DUTIES = ["published_on", "supervision_phone", "responsibilities", "accountability"]
_COLUMNS = [
    "catalog_code", "name", "type", "legal_basis", "department_id", "levels", "responsibility", "accountability",
    "supervision_phone", "status", "published_on",
]  # fmt: skip


def load_powers(file: PackFile) -> int:
    """Write the entries; one whose item left the catalog is cancelled, not deleted."""
    duties = file.sibling("powers.yaml").read_mapping(required=_DUTIES)
    departments = {d.key: d.id for d in organisations.list_departments(level=PROVINCE)}
    entries = []
    nodes = file.read_entries("items")
    file.check_unique(nodes, "catalog_code")
    for node in nodes:
        if node.get("item_type") in PowerEntry.Type.values:
            entry = _read_entry(file, node, duties, departments)
            if entry is not None:
                entries.append(entry)
    file.stop_on_errors()
    PowerEntry.objects.exclude(code__in=[entry.code for entry in entries]).update(status=PowerEntry.Status.CANCELLED)
    PowerEntry.objects.bulk_create(entries, update_conflicts=True, unique_fields=["code"], update_fields=_COLUMNS)
    return len(entries)


def _read_entry(file: PackFile, node: YamlMap, duties: YamlMap, departments: dict[str, int]) -> PowerEntry | None:
    if any(node.get(key) in (None, "") for key in ("catalog_code", "name", "lead_dept", "levels")):
        return None  # the loader of items names what is missing in this very row
    department_id = departments.get(node["lead_dept"])
    if department_id is None:
        file.error(node.line_of("lead_dept"), f"没有标识为“{node['lead_dept']}”的省级部门")
        return None
    kind: Any = node["item_type"]
    return PowerEntry(
        code=f"Q{node['catalog_code']}",
        catalog_code=node["catalog_code"],
        name=node["name"],
        type=kind,
        legal_basis=plain(node.get("legal_basis") or []),
        department_id=department_id,
        levels=[str(level) for level in node["levels"]],
        responsibility="\n".join(duties["responsibilities"].get(kind, [])),
        accountability="\n".join(duties["accountability"]),
        supervision_phone=str(duties["supervision_phone"]),
        published_on=file.date_of(duties["published_on"], duties.line_of("published_on")),
    )
