"""Loaders of the demonstration part: `demo/subjects.yaml` (people, firms, mandates) and `demo/officials.yaml`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from xiangyun.foundation.access import api as access
from xiangyun.foundation.accounts.models import Firm
from xiangyun.foundation.accounts.operations.imports import (
    FirmEntry,
    GrantEntry,
    MandateEntry,
    OfficialEntry,
    PersonEntry,
    import_officials,
    import_subjects,
)
from xiangyun.foundation.accounts.operations.people import check_username
from xiangyun.foundation.organisations import api as organisations
from xiangyun.foundation.packs.api import PackFile, YamlMap
from xiangyun.kit.codes import birth_of, check_bank_card, check_citizen_id, check_mobile, check_region_code, check_uscc
from xiangyun.kit.errors import DomainError

_PERSON_KEYS = ["id", "name", "citizen_id"]
_PERSON_OPTIONS = [
    *("username", "sex", "ethnicity", "birth_date", "household_region", "household_address", "residence_address"),
    *("mobile", "bank_name", "bank_account", "description", "facts", "login", "account", "is_alive"),
]
_FIRM_KEYS = ["id", "name", "kind", "uscc", "legal_rep", "region"]
_FIRM_OPTIONS = [
    *("address", "industry", "reg_capital", "staff_count", "firm_size", "org_status", "set_up_date"),
    *("phone", "description"),
]


def load_subjects(file: PackFile) -> int:
    """Load residents with their accounts, firms, and who may act for them."""
    document = file.read_mapping(required=["password", "persons", "firms", "mandates"])
    password = _password(file, document)
    people: dict[str, PersonEntry] = {}
    seen: dict[str, int] = {}
    for node in file.entries_of(document, "persons"):
        person = _person(file, node)
        if person is not None:
            _refuse_twice(file, node, seen, person.citizen_id, person.username, person.mobile)
            people[str(node["id"])] = person
    firms: dict[str, FirmEntry] = {}
    for node in file.entries_of(document, "firms"):
        firm = _firm(file, node, people)
        if firm is not None:
            _refuse_twice(file, node, seen, firm.uscc)
            firms[str(node["id"])] = firm
    mandates = [_mandate(file, node, people, firms) for node in file.entries_of(document, "mandates")]
    file.stop_on_errors()
    return import_subjects(
        people=list(people.values()),
        firms=list(firms.values()),
        mandates=[mandate for mandate in mandates if mandate is not None],
        password=password,
        at=file.at,
    )


def load_officials(file: PackFile) -> int:
    """Load officials with their roles."""
    document = file.read_mapping(required=["password", "officials"])
    password = _password(file, document)
    roles = {role.code for role in access.list_roles()}
    officials: list[OfficialEntry] = []
    seen: dict[str, int] = {}
    for node in file.entries_of(document, "officials"):
        if not file.check_keys(
            node, required=["username", "name", "citizen_id", "mobile", "grants"], optional=["title", "post"]
        ):
            continue
        official = OfficialEntry(
            username=_checked(file, node, "username", check_username),
            name=str(node["name"]),
            citizen_id=_checked(file, node, "citizen_id", check_citizen_id),
            mobile=_checked(file, node, "mobile", check_mobile),
            grants=[grant for item in node["grants"] if (grant := _grant(file, item, roles)) is not None],
        )
        official = _with_post(file, node, official)
        _refuse_twice(file, node, seen, official.citizen_id, official.username, official.mobile)
        officials.append(official)
    file.stop_on_errors()
    return import_officials(officials=officials, password=password, at=file.at)


def _with_post(file: PackFile, node: YamlMap, official: OfficialEntry) -> OfficialEntry:
    post = node.get("post")
    if post is None:
        return official
    if not isinstance(post, YamlMap) or not file.check_keys(post, required=["department", "name"]):
        file.error(node.line_of("post"), "post 应写明 department 和 name")
        return official
    if organisations.find_department(key=str(post["department"])) is None:
        file.error(post.line_of("department"), f"机构“{post['department']}”不存在")
    return replace(official, post_department_key=str(post["department"]), post_name=str(post["name"]))


def _password(file: PackFile, document: YamlMap) -> str:
    password = document["password"]
    if not isinstance(password, str) or len(password) < 8:
        file.fail(document.line_of("password"), "password（演示账号的共同密码）应至少8位")
    return password


def _checked(file: PackFile, node: YamlMap, key: str, check: Callable[[str], str]) -> str:
    value = str(node.get(key) or "")
    try:
        return check(value) if value else ""
    except DomainError as refusal:
        details = [str(text) for text in refusal.details.values()]
        file.error(node.line_of(key), f"{key}“{value}”：{'；'.join(details) or refusal.text}")
        return ""


def _refuse_twice(file: PackFile, node: YamlMap, seen: dict[str, int], *values: str) -> None:
    for value in filter(None, values):
        if value in seen:
            file.error(node.line, f"“{value}”与第{seen[value]}行重复")
        seen[value] = node.line


def _person(file: PackFile, node: YamlMap) -> PersonEntry | None:
    if not file.check_keys(node, required=_PERSON_KEYS, optional=_PERSON_OPTIONS):
        return None
    citizen_id = _checked(file, node, "citizen_id", check_citizen_id)
    if not citizen_id:
        return None
    born = file.date_of(node.get("birth_date"), node.line_of("birth_date"))
    if born is not None and born != birth_of(citizen_id):
        file.error(node.line_of("birth_date"), f"出生日期 {born} 与身份证号码不一致")
    has_account = node.get("account", True) is not False
    if has_account and not node.get("username"):
        file.error(node.line, "有账号的人员缺少 username")
    return PersonEntry(
        name=str(node["name"]),
        citizen_id=citizen_id,
        username=_checked(file, node, "username", check_username),
        mobile=_checked(file, node, "mobile", check_mobile),
        ethnicity=str(node.get("ethnicity") or ""),
        household_region_code=_checked(file, node, "household_region", check_region_code),
        household_address=str(node.get("household_address") or ""),
        residence_address=str(node.get("residence_address") or ""),
        bank_name=str(node.get("bank_name") or ""),
        bank_account=_checked(file, node, "bank_account", check_bank_card),
        is_alive=node.get("is_alive", True) is not False,
        has_account=has_account,
        can_login=node.get("login", True) is not False,
    )


def _firm(file: PackFile, node: YamlMap, people: dict[str, PersonEntry]) -> FirmEntry | None:
    if not file.check_keys(node, required=_FIRM_KEYS, optional=_FIRM_OPTIONS):
        return None
    legal_rep = people.get(str(node["legal_rep"]))
    if legal_rep is None or not legal_rep.has_account:
        file.error(node.line_of("legal_rep"), f"法定代表人“{node['legal_rep']}”不在 persons 中或没有账号")
        return None
    if node["kind"] not in Firm.Kind.values:
        file.error(node.line_of("kind"), f"主体类别“{node['kind']}”应为 {'、'.join(Firm.Kind.values)} 之一")
    status = str(node.get("org_status") or Firm.Status.ACTIVE)
    if status not in Firm.Status.values:
        file.error(node.line_of("org_status"), f"登记状态“{status}”应为 {'、'.join(Firm.Status.values)} 之一")
    capital, staff = node.get("reg_capital"), node.get("staff_count")
    return FirmEntry(
        uscc=_checked(file, node, "uscc", check_uscc),
        name=str(node["name"]),
        kind=str(node["kind"]),
        legal_rep=legal_rep.citizen_id,
        region_code=_checked(file, node, "region", check_region_code),
        address=str(node.get("address") or ""),
        industry=str(node.get("industry") or ""),
        reg_capital=None if capital is None else _number(file, node, "reg_capital", capital),
        staff_count=staff if isinstance(staff, int) else None,
        firm_size=str(node.get("firm_size") or ""),
        set_up_date=file.date_of(node.get("set_up_date"), node.line_of("set_up_date")),
        phone=str(node.get("phone") or ""),
        status=status,
    )


def _number(file: PackFile, node: YamlMap, key: str, value: Any) -> Decimal | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
        return Decimal(str(value))
    file.error(node.line_of(key), f"{key} 应为不小于零的数字")
    return None


def _mandate(
    file: PackFile, node: YamlMap, people: dict[str, PersonEntry], firms: dict[str, FirmEntry]
) -> MandateEntry | None:
    if not file.check_keys(node, required=["firm", "person", "scope", "valid_from"], optional=["valid_to"]):
        return None
    firm, person = firms.get(str(node["firm"])), people.get(str(node["person"]))
    if firm is None or person is None or not person.has_account:
        file.error(node.line, "授权的 firm 或 person 不在本文件中，或该人员没有账号")
        return None
    since = file.date_of(node["valid_from"], node.line_of("valid_from"))
    until = file.date_of(node.get("valid_to"), node.line_of("valid_to"))
    if since is not None and until is not None and until < since:
        file.error(node.line_of("valid_to"), "截止日期早于起始日期")
    return MandateEntry(
        uscc=firm.uscc,
        person=person.citizen_id,
        scope=str(node["scope"]),
        valid_from=since or date.min,
        valid_to=until,
    )


def _grant(file: PackFile, node: Any, roles: set[str]) -> GrantEntry | None:
    if not isinstance(node, YamlMap) or not file.check_keys(node, required=["role", "region"], optional=["department"]):
        return None
    if node["role"] not in roles:
        file.error(node.line_of("role"), f"角色“{node['role']}”不在 roles.yaml 中")
        return None
    grant = GrantEntry(
        role=str(node["role"]),
        region_code=_checked(file, node, "region", check_region_code),
        department_key=str(node["department"]) if node.get("department") else None,
    )
    try:
        access.scope_of(region_code=grant.region_code, department_key=grant.department_key)
    except DomainError as refusal:
        file.error(node.line, f"授权范围不存在：{refusal.text}")
        return None
    return grant
