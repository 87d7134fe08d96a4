"""Loader of `roles.yaml`: the catalogue of roles and what each may do."""

import re

from xiangyun.foundation.access.models import Role
from xiangyun.foundation.access.operations.roles import replace_roles
from xiangyun.foundation.access.queries.roles import RoleInfo
from xiangyun.foundation.packs.api import PackFile, YamlMap

_CODE = re.compile(r"[a-z][a-z_]{1,39}")
_RIGHT = re.compile(r"[a-z]+\.[a-z_]+")


def load_roles(file: PackFile) -> int:
    """Load the catalogue; a role that is no longer listed stops giving rights."""
    document = file.read_mapping(required=["rights", "roles"])
    rights = file.entries_of(document, "rights")
    file.check_unique(rights, "code")
    known = {entry["code"]: entry["name"] for entry in rights if _is_right(file, entry)}
    roles: dict[str, RoleInfo] = {}
    for node in file.entries_of(document, "roles"):
        role = _role(file, node, known)
        if role is None:
            continue
        if role.code in roles:
            file.error(node.line_of("code"), f"角色代码“{role.code}”重复")
        roles[role.code] = role
    file.stop_on_errors()
    return replace_roles(roles=list(roles.values()))


def _is_right(file: PackFile, entry: YamlMap) -> bool:
    if not file.check_keys(entry, required=["code", "name"]):
        return False
    if not _RIGHT.fullmatch(str(entry["code"])):
        file.error(entry.line_of("code"), f"权限“{entry['code']}”应写作 应用.操作，如 cases.accept_case")
        return False
    return True


def _role(file: PackFile, node: YamlMap, known: dict[str, str]) -> RoleInfo | None:
    if not file.check_keys(node, required=["code", "name", "rights"], optional=["duties", "duty_group"]):
        return None
    if not _CODE.fullmatch(str(node["code"])):
        file.error(node.line_of("code"), f"角色代码“{node['code']}”只能用小写字母和下划线")
    group = node.get("duty_group", Role.DutyGroup.BUSINESS.value)
    if group not in Role.DutyGroup.values:
        file.error(node.line_of("duty_group"), f"职责类别“{group}”应为 {'、'.join(Role.DutyGroup.values)} 之一")
    if not isinstance(node["rights"], list):
        file.error(node.line_of("rights"), "rights 应为列表")
        return None
    for right in node["rights"]:
        if right not in known:
            file.error(node.line_of("rights"), f"权限“{right}”不在 rights 目录中")
    return RoleInfo(
        code=str(node["code"]),
        name=str(node["name"]),
        duties=str(node.get("duties") or ""),
        duty_group=str(group),
        rights=tuple(dict.fromkeys(node["rights"])),
    )
