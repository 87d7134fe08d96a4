"""Departments of the province: each written out in the file."""

import re

from xiangyun.foundation.organisations.models import Department
from xiangyun.foundation.organisations.packs.bodies import Body, add_body
from xiangyun.foundation.packs.api import PackFile, YamlMap
from xiangyun.foundation.regions import api as regions
from xiangyun.kit.codes import check_uscc
from xiangyun.kit.errors import ValidationError

_REQUIRED = ["id", "name", "short_name", "lead_code", "category", "parent", "uscc_demo", "uscc_is_demo"]
_OPTIONAL = ["lead_code_status", "note", "uscc_seen_public", "phone", "address"]
_LEAD_CODE = re.compile(r"[0-9]{2}")


def read_provincial(file: PackFile, document: YamlMap, bodies: dict[str, Body]) -> None:
    """Read `departments`; a parent is another department or one of `top_parents`, which are headings, not bodies."""
    provinces = regions.list_by_level(level=1)
    if not provinces:
        file.fail(0, "尚未加载行政区划 regions.csv")
    tops = {str(top.get("id")) for top in file.entries_of(document, "top_parents")}
    codes: dict[str, int] = {}
    for entry in file.entries_of(document, "departments"):
        is_whole = file.check_keys(entry, required=_REQUIRED, optional=_OPTIONAL)
        if not (is_whole and file.check_texts(entry, *_REQUIRED)):
            continue
        code = _check_codes(file, entry)
        if code in codes:
            file.error(entry.line_of("uscc_demo"), f"统一社会信用代码{code}重复（第一次在第{codes[code]}行）")
        codes[code] = entry.line
        body = Body(
            key=str(entry["id"]),
            name=str(entry["name"]),
            short_name=str(entry["short_name"]),
            kind=str(entry["category"]),
            uscc_kind=code[:2],
            level=Department.Level.PROVINCE.value,
            region=provinces[0],
            parent_key=None if entry["parent"] in tops else str(entry["parent"]),
            line=entry.line,
            code=code,
            lead_code=str(entry["lead_code"]),
            phone=str(entry.get("phone") or ""),
        )
        add_body(file, bodies, body)
    for body in bodies.values():
        if body.parent_key is not None and body.parent_key not in bodies:
            file.error(body.line, f"上级机构“{body.parent_key}”不存在")
    file.stop_on_errors()
    for body in bodies.values():
        _refuse_circle(file, body, bodies)


def _check_codes(file: PackFile, entry: YamlMap) -> str:
    if not _LEAD_CODE.fullmatch(str(entry["lead_code"])):
        file.error(entry.line_of("lead_code"), f"牵头部门码“{entry['lead_code']}”应为2位数字")
    try:
        return check_uscc(str(entry["uscc_demo"]))
    except ValidationError as refusal:
        file.error(entry.line_of("uscc_demo"), refusal.text)
        return str(entry["uscc_demo"])


def _refuse_circle(file: PackFile, body: Body, bodies: dict[str, Body]) -> None:
    seen = {body.key}
    upper = body.parent_key
    while upper is not None:
        if upper in seen:
            file.error(body.line, f"机构“{body.key}”的上级关系成环")
            return
        seen.add(upper)
        upper = bodies[upper].parent_key
