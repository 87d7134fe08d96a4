"""People, firms and actors for tests."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from xiangyun.foundation.accounts.models import Firm, Mandate, Resident, User
from xiangyun.kit.actors import Actor
from xiangyun.kit.codes import make_citizen_id, make_uscc, sex_of
from xiangyun.kit.privacy import fingerprint

AT = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PASSWORD = "Xiangyun@2026"
_numbers = count(1)


def next_citizen_id() -> str:
    """Return a right number that no other test person has."""
    n = next(_numbers)
    return make_citizen_id("220000", date(1980, 1, 1) + timedelta(days=n), n % 1000)


def make_person(real_name: str = "张示例", *, password: str | None = PASSWORD, **columns: Any) -> User:
    """Create a citizen whose name and number are confirmed."""
    n = next(_numbers)
    citizen_id = columns.pop("citizen_id", None) or next_citizen_id()
    mobile = columns.pop("mobile", None) or f"198{n:08d}"
    columns.setdefault("username", f"person{n}")
    columns.setdefault("real_name_level", User.RealNameLevel.NAME_AND_ID)
    columns.setdefault("confirmed_on", AT.date())
    return User.objects.create(
        real_name=real_name,
        citizen_id=citizen_id,
        citizen_id_index=fingerprint("citizen_id", citizen_id),
        mobile=mobile,
        mobile_index=fingerprint("mobile", mobile),
        sex=sex_of(citizen_id),
        birth_date=date(int(citizen_id[6:10]), int(citizen_id[10:12]), int(citizen_id[12:14])),
        password=make_password(password),
        **columns,
    )


def make_official(real_name: str = "李示例", **columns: Any) -> User:
    """Create an official without any role."""
    return make_person(real_name, is_official=True, **columns)


def make_firm(legal_rep: User | None = None, name: str = "长春示例有限公司", **columns: Any) -> Firm:
    """Create a firm led by `legal_rep`."""
    uscc = make_uscc("91", "220000", f"DM{next(_numbers):06d}")
    columns.setdefault("updated_on", AT.date())
    return Firm.objects.create(uscc=uscc, name=name, legal_rep=legal_rep, **columns)


def make_mandate(firm: Firm, person: User, **columns: Any) -> Mandate:
    """Create a mandate in force since 2026-01-01."""
    columns.setdefault("valid_from", date(2026, 1, 1))
    return Mandate.objects.create(firm=firm, person=person, given_by=firm.legal_rep, given_at=AT, **columns)


def make_resident(name: str, citizen_id: str, **facts: str) -> Resident:
    """Put a person into the fictitious population."""
    return Resident.objects.create(citizen_id_index=fingerprint("citizen_id", citizen_id), name=name, facts=facts)


def actor_for(user: User, firm: Firm | None = None, **fields: Any) -> Actor:
    """Return the actor of a person, acting for a firm where one is given."""
    fields.setdefault("trust_level", user.real_name_level)
    return Actor(
        user_id=user.pk,
        name=user.real_name,
        is_official=user.is_official,
        firm_id=firm.pk if firm else None,
        firm_name=firm.name if firm else "",
        **fields,
    )
