"""Writing a pack's demonstration people, firms and officials: the same file twice leaves the same rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.utils import timezone

from xiangyun.foundation.access import api as access
from xiangyun.foundation.accounts.models import Firm, Mandate, Resident, User
from xiangyun.foundation.accounts.operations.people import check_username
from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.organisations import api as organisations
from xiangyun.foundation.regions import api as regions
from xiangyun.kit.actors import SYSTEM
from xiangyun.kit.codes import birth_of, sex_of
from xiangyun.kit.privacy import fingerprint
from xiangyun.kit.transactions import in_one_transaction


@dataclass(frozen=True, kw_only=True)
class PersonEntry:
    """A fictitious resident; `has_account` off: in the population only; `can_login` off: an account, no password."""

    name: str
    citizen_id: str
    username: str = ""
    mobile: str = ""
    ethnicity: str = ""
    household_region_code: str = ""
    household_address: str = ""
    residence_address: str = ""
    bank_name: str = ""
    bank_account: str = ""
    is_alive: bool = True
    has_account: bool = True
    can_login: bool = True


@dataclass(frozen=True, kw_only=True)
class FirmEntry:
    """A fictitious firm; `legal_rep` is the citizen id of its representative."""

    uscc: str
    name: str
    kind: str
    legal_rep: str
    region_code: str
    address: str
    industry: str
    reg_capital: Decimal | None
    staff_count: int | None
    firm_size: str
    set_up_date: date | None
    phone: str
    status: str


@dataclass(frozen=True, kw_only=True)
class MandateEntry:
    """A mandate; firm by code, person by citizen id."""

    uscc: str
    person: str
    scope: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, kw_only=True)
class GrantEntry:
    """A role on a subtree."""

    role: str
    region_code: str
    department_key: str | None


@dataclass(frozen=True, kw_only=True)
class OfficialEntry:
    """A fictitious official."""

    username: str
    name: str
    citizen_id: str
    mobile: str
    grants: Sequence[GrantEntry] = field(default_factory=tuple)
    post_department_key: str = ""
    post_name: str = ""


@in_one_transaction
def import_subjects(
    *,
    people: Sequence[PersonEntry],
    firms: Sequence[FirmEntry],
    mandates: Sequence[MandateEntry],
    password: str,
    at: datetime,
) -> int:
    """Write residents, their accounts, firms and mandates; return how many rows there are now."""
    encoded = make_password(password)
    ids: dict[str, int] = {}
    for person in people:
        _put_resident(person)
        if person.has_account:
            ids[person.citizen_id] = _put_person(person, password, encoded, at)
    firm_ids = {firm.uscc: _put_firm(firm, ids[firm.legal_rep], at) for firm in firms}
    for mandate in mandates:
        Mandate.objects.get_or_create(
            firm_id=firm_ids[mandate.uscc],
            person_id=ids[mandate.person],
            valid_from=mandate.valid_from,
            defaults={
                "valid_to": mandate.valid_to,
                "scope": mandate.scope,
                "given_by_id": Firm.objects.values_list("legal_rep_id", flat=True).get(uscc=mandate.uscc),
                "given_at": at,
            },
        )
    rows = len(people) + len(firms) + len(mandates)
    _record("accounts.import_subjects", rows, at)
    return rows


def _put_resident(person: PersonEntry) -> None:
    Resident.objects.update_or_create(
        citizen_id_index=fingerprint("citizen_id", person.citizen_id),
        defaults={
            "name": person.name,
            "is_alive": person.is_alive,
            "facts": {
                "ethnicity": person.ethnicity,
                "household_region_code": person.household_region_code,
                "household_address": person.household_address,
            },
        },
    )


def _put_person(person: PersonEntry, password: str, encoded: str, at: datetime) -> int:
    region = regions.find_region(code=person.household_region_code)
    columns = {
        "ethnicity": person.ethnicity,
        "household_region_id": region.id if region else None,
        "household_address": person.household_address,
        "residence_address": person.residence_address,
        "bank_name": person.bank_name,
        "bank_account": person.bank_account,
        "is_active": person.is_alive,
    }
    login = (password, encoded) if person.can_login and person.is_alive else None
    return _put_user(person.username, person.name, person.citizen_id, person.mobile, login, columns, at)


def _put_user(
    username: str,
    name: str,
    citizen_id: str,
    mobile: str,
    login: tuple[str, str] | None,
    columns: dict[str, Any],
    at: datetime,
) -> int:
    """Update the account of this citizen id, or open one; every demonstration account shares one encoded password.

    Hashing it for each account would cost a fresh start most of its time.
    """
    index = fingerprint("citizen_id", citizen_id)
    user = User.objects.filter(citizen_id_index=index).first() or User(
        date_joined=at, confirmed_on=timezone.localdate(at)
    )
    user.username, user.real_name = check_username(username), name
    user.citizen_id, user.citizen_id_index = citizen_id, index
    user.mobile, user.mobile_index = mobile, fingerprint("mobile", mobile)
    user.birth_date, user.sex = birth_of(citizen_id), sex_of(citizen_id)
    user.real_name_level = User.RealNameLevel.NAME_AND_ID
    for column, value in columns.items():
        setattr(user, column, value)
    if login is None:
        user.set_unusable_password()
    elif user.pk is None or not check_password(login[0], user.password):
        user.password = login[1]
    user.save()
    return user.pk


def _put_firm(firm: FirmEntry, legal_rep_id: int, at: datetime) -> int:
    row, _ = Firm.objects.update_or_create(
        uscc=firm.uscc,
        defaults={
            "name": firm.name,
            "kind": firm.kind,
            "legal_rep_id": legal_rep_id,
            "region_id": regions.get_region(code=firm.region_code).id,
            "address": firm.address,
            "industry": firm.industry,
            "reg_capital": firm.reg_capital,
            "staff_count": firm.staff_count,
            "firm_size": firm.firm_size,
            "set_up_date": firm.set_up_date,
            "phone": firm.phone,
            "status": firm.status,
            "updated_on": firm.set_up_date or timezone.localdate(at),
        },
    )
    return row.pk


@in_one_transaction
def import_officials(*, officials: Sequence[OfficialEntry], password: str, at: datetime) -> int:
    """Write officials and give them their roles; a grant that is there stays as it is."""
    encoded = make_password(password)
    for official in officials:
        columns = {"is_official": True}
        user_id = _put_user(
            official.username, official.name, official.citizen_id, official.mobile, (password, encoded), columns, at
        )
        held = {(grant.role, grant.scope) for grant in access.list_grants(user_id=user_id, at=at)}
        for grant in official.grants:
            _put_grant(user_id, grant, held, at)
        if official.post_name:
            _put_post(user_id, official, at)
    _record("accounts.import_officials", len(officials), at)
    return len(officials)


def _put_grant(user_id: int, grant: GrantEntry, held: set[tuple[str, access.Scope]], at: datetime) -> None:
    scope = access.scope_of(region_code=grant.region_code, department_key=grant.department_key)
    if (grant.role, scope) in held:
        return
    access.grant_role(
        actor=SYSTEM,
        user_id=user_id,
        role=grant.role,
        region_code=grant.region_code,
        department_key=grant.department_key,
        reason="演示账号",
        at=at,
    )


def _put_post(user_id: int, official: OfficialEntry, at: datetime) -> None:
    department = organisations.get_department(key=official.post_department_key)
    today = timezone.localdate(at)
    posts = organisations.list_posts(user_id=user_id, on=today)
    if any(post.department_id == department.id and post.name == official.post_name for post in posts):
        return
    post_id = organisations.create_post(actor=SYSTEM, department_id=department.id, name=official.post_name, at=at)
    organisations.appoint(actor=SYSTEM, post_id=post_id, user_id=user_id, since=today, at=at)


def _record(action: str, rows: int, at: datetime) -> None:
    audit.record(
        actor=SYSTEM,
        action=action,
        subject_type="packs.loadedfile",
        subject_id=action,
        details={"rows": rows},
        at=at,
    )
