"""Loader of `items.yaml`: the basic catalog."""

from typing import Any

from xiangyun.foundation.organisations import api as organisations
from xiangyun.foundation.packs.api import PackFile, YamlMap, plain
from xiangyun.kit.codes import parse_catalog_code
from xiangyun.kit.errors import DomainError
from xiangyun.service.items.models import CatalogEntry, HandlingItem, ItemStatus, Theme

REQUIRED = [
    "id", "name", "item_type", "lead_dept", "lead_code", "levels", "case_type", "promise_limit", "audience",
    "handling_items", "result_name", "catalog_code", "exercise", "legal_basis",
]  # fmt: skip
OPTIONAL = [
    "item_type_name", "legal_limit", "is_fee", "fee_note", "fee_basis", "result_type", "result_certificates",
    "online_depth", "onsite_visits", "person_themes", "org_themes", "catalog_code_status", "local_catalog_code", "note",
]  # fmt: skip
UNITS = {"工作日": "workday", "自然日": "day", "日": "day", "月": "month", "个月": "month"}
AUDIENCE = {label: code for code, label in CatalogEntry.Audience.choices}
PROVINCE_LEVEL = 2
_LEVELS = range(1, 7)
_COLUMNS = [
    "key", "name", "item_type", "lead_code", "department_id", "levels", "legal_basis", "case_type", "legal_limit",
    "legal_unit", "legal_note", "audience", "person_themes", "org_themes", "is_fee", "fee_note", "fee_basis",
    "result_name", "handling", "exercise", "status",
]  # fmt: skip


def load_catalog(file: PackFile) -> int:
    """Write the catalog; an entry that left the file is cancelled, because cases and implementations name it."""
    departments = {d.key: d.id for d in organisations.list_departments(level=PROVINCE_LEVEL)}
    themes = set(Theme.objects.values_list("audience", "code"))
    rows: list[CatalogEntry] = []
    seen: dict[str, int] = {}
    for node in file.read_entries("items"):
        if not file.check_keys(node, required=REQUIRED, optional=OPTIONAL):
            continue
        for key in ("id", "catalog_code"):
            if node[key] in seen:
                file.error(node.line_of(key), f"“{node[key]}”重复（第一次在第{seen[node[key]]}行）")
            seen.setdefault(node[key], node.line_of(key))
        row = _read(file, node, departments, themes)
        if row is not None:
            rows.append(row)
    file.stop_on_errors()
    CatalogEntry.objects.exclude(catalog_code__in=[row.catalog_code for row in rows]).update(
        status=ItemStatus.CANCELLED
    )
    CatalogEntry.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["catalog_code"], update_fields=_COLUMNS
    )
    return len(rows)


def read_limit(file: PackFile, node: YamlMap, key: str) -> tuple[int | None, str, str]:
    """Return limit, unit and basis of a `{value, unit, basis}`; nothing where the key is missing."""
    limit = node.get(key)
    if limit is None:
        return None, "", ""
    if not isinstance(limit, YamlMap) or not isinstance(limit.get("value"), int) or limit.get("unit") not in UNITS:
        file.error(node.line_of(key), f"{key} 应写明 value（整数）和 unit（{'、'.join(UNITS)}）")
        return None, "", ""
    return limit["value"], UNITS[limit["unit"]], str(limit.get("basis") or "")


def _read(
    file: PackFile, node: YamlMap, departments: dict[str, int], themes: set[tuple[str, str]]
) -> CatalogEntry | None:
    department_id = departments.get(node["lead_dept"])
    if department_id is None:
        file.error(node.line_of("lead_dept"), f"没有标识为“{node['lead_dept']}”的省级部门")
    _check_codes(file, node)
    limit, unit, basis = read_limit(file, node, "legal_limit")
    audience = read_audience(file, node)
    for audience_kind, key in ((Theme.Audience.PERSON, "person_themes"), (Theme.Audience.ORGANISATION, "org_themes")):
        for code in node.get(key) or []:
            if (audience_kind, code) not in themes:
                file.error(node.line_of(key), f"主题编码“{code}”不在 themes.yaml 中")
    if department_id is None:
        return None
    return CatalogEntry(
        catalog_code=node["catalog_code"],
        key=node["id"],
        name=node["name"],
        item_type=node["item_type"],
        lead_code=str(node["lead_code"]),
        department_id=department_id,
        levels=[str(level) for level in node["levels"]],
        legal_basis=plain(node["legal_basis"]),
        case_type=str(node["case_type"]),
        legal_limit=limit,
        legal_unit=unit,
        legal_note=basis,
        audience=audience,
        person_themes=plain(node.get("person_themes") or []),
        org_themes=plain(node.get("org_themes") or []),
        is_fee=bool(node.get("is_fee")),
        fee_note=str(node.get("fee_note") or ""),
        fee_basis=str(node.get("fee_basis") or ""),
        result_name=node["result_name"],
        handling=_read_handling(file, node),
        exercise=plain(node["exercise"]),
        status=ItemStatus.ACTIVE,
    )


def read_audience(file: PackFile, node: YamlMap) -> list[str]:
    """Return the audience codes of a list of names."""
    codes = []
    for name in node["audience"]:
        if name in AUDIENCE:
            codes.append(AUDIENCE[name])
        else:
            file.error(node.line_of("audience"), f"服务对象“{name}”应为 {'、'.join(AUDIENCE)}")
    return sorted(codes)


def _check_codes(file: PackFile, node: YamlMap) -> None:
    line = node.line_of("catalog_code")
    try:
        code = parse_catalog_code(str(node["catalog_code"]))
    except DomainError as refusal:
        file.error(line, refusal.text)
        return
    if code.item_type != node["item_type"]:
        file.error(line, f"基本编码中的类型{code.item_type}与事项类型{node['item_type']}不一致")
    if code.lead != str(node["lead_code"]):
        file.error(line, f"基本编码中的牵头部门码{code.lead}与 lead_code {node['lead_code']}不一致")
    if str(node["case_type"]) not in CatalogEntry.CaseType.values:
        file.error(node.line_of("case_type"), "办件类型应为 1（即办件）或 2（承诺件）")
    for level in node["levels"]:
        if level not in _LEVELS:
            file.error(node.line_of("levels"), f"行使层级“{level}”应为1至6")


def _read_handling(file: PackFile, node: YamlMap) -> list[dict[str, Any]]:
    handling = []
    for index, entry in enumerate(node["handling_items"], start=1):
        serial = f"{index:02}"
        if not isinstance(entry, YamlMap) or not file.check_keys(entry, required=["id", "name", "kind", "full_name"]):
            continue
        if entry["id"] != f"{node['id']}.{serial}":
            file.error(entry.line, f"业务办理项标识应为“{node['id']}.{serial}”")
        if entry["kind"] not in HandlingItem.Kind.values:
            file.error(entry.line, f"业务办理项类别“{entry['kind']}”应为 {'、'.join(HandlingItem.Kind.values)}")
        handling.append(
            {"id": entry["id"], "serial": serial, "name": entry["name"], "full_name": entry["full_name"],
             "kind": entry["kind"]}
        )  # fmt: skip
    return handling
