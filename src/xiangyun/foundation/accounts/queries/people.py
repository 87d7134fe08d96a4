"""Reads of persons: profiles, names, and who is behind a number."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from xiangyun.foundation.accounts.errors import PersonNotFound
from xiangyun.foundation.accounts.models import User
from xiangyun.kit.codes import check_citizen_id, is_mobile
from xiangyun.kit.privacy import fingerprint, mask

PERSON_MASKS = {
    "real_name": "name",
    "citizen_id": "citizen_id",
    "mobile": "mobile",
    "birth_date": "birth_date",
    "household_address": "address",
    "residence_address": "address",
    "bank_account": "bank_card",
    "email": "email",
}


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A person's account with plain personal data: mask before showing it to anybody but the person (`masked`)."""

    user_id: int
    username: str
    real_name: str
    is_official: bool
    is_active: bool
    real_name_level: int
    citizen_id: str
    mobile: str
    email: str
    sex: str
    ethnicity: str
    birth_date: date | None
    household_region_id: int | None
    household_region_code: str
    household_address: str
    residence_address: str
    bank_name: str
    bank_account: str
    verified_on: date

    @property
    def id(self) -> int:
        """The id of the account."""
        return self.user_id

    def as_prefill(self) -> dict[str, str]:
        """Return the known values by data element (一数一源), plain."""
        values = {
            "person_name": self.real_name,
            "id_type": "111" if self.citizen_id else "",
            "id_number": self.citizen_id,
            "citizen_id": self.citizen_id,
            "sex": self.sex if self.sex in "12" else "",
            "ethnicity": self.ethnicity,
            "birth_date": self.birth_date.isoformat() if self.birth_date else "",
            "household_region": self.household_region_code,
            "household_address": self.household_address,
            "residence_address": self.residence_address,
            "mail_address": self.residence_address,
            "mobile": self.mobile,
            "email": self.email,
            "bank_name": self.bank_name,
            "bank_account": self.bank_account,
        }
        return {element: value for element, value in values.items() if value}

    def masked(self, field: str) -> str:
        """Return a field as those see it who may not see it in full."""
        value = getattr(self, field)
        return mask(PERSON_MASKS.get(field, "none"), value.isoformat() if isinstance(value, date) else value)


@dataclass(frozen=True, kw_only=True)
class PersonRef:
    """A person in a list: name only."""

    user_id: int
    real_name: str
    is_official: bool


def get_user_profile(user_id: int) -> Profile:
    """Return the account of a person.

    Raises: PersonNotFound.
    """
    user = User.objects.select_related("household_region").filter(pk=user_id).first()
    if user is None:
        raise PersonNotFound(user_id=user_id)
    return _profile(user)


def _profile(user: User) -> Profile:
    region = user.household_region
    return Profile(
        user_id=user.pk,
        username=user.username,
        real_name=user.real_name,
        is_official=user.is_official,
        is_active=user.is_active,
        real_name_level=user.real_name_level,
        citizen_id=user.citizen_id or "",
        mobile=user.mobile or "",
        email=user.email,
        sex=user.sex,
        ethnicity=user.ethnicity,
        birth_date=user.birth_date,
        household_region_id=user.household_region_id,
        household_region_code=region.code if region else "",
        household_address=user.household_address,
        residence_address=user.residence_address,
        bank_name=user.bank_name,
        bank_account=user.bank_account,
        verified_on=user.confirmed_on or timezone.localdate(user.date_joined),
    )


def list_people(*, user_ids: list[int]) -> dict[int, PersonRef]:
    """Return names by id, in one query (lists of cases, work items, records)."""
    rows = User.objects.filter(pk__in=set(user_ids)).values_list("pk", "real_name", "is_official")
    return {pk: PersonRef(user_id=pk, real_name=name, is_official=official) for pk, name, official in rows}


def find_user_by_citizen_id(citizen_id: str) -> int | None:
    """Return the id of the account with this citizen id."""
    index = fingerprint("citizen_id", citizen_id.strip().upper())
    return User.objects.filter(citizen_id_index=index).values_list("pk", flat=True).first()


def get_user_by_citizen_id(citizen_id: str) -> Profile:
    """Return the account with this citizen id.

    Raises: PersonNotFound, ValidationError for a number that cannot be one.
    """
    user_id = find_user_by_citizen_id(check_citizen_id(citizen_id))
    if user_id is None:
        raise PersonNotFound("该身份证号尚未建立账号，请先为其建立账号。")
    return get_user_profile(user_id)


def find_user_by_mobile(mobile: str) -> int | None:
    """Return the id of the account with this mobile number."""
    return User.objects.filter(mobile_index=fingerprint("mobile", mobile)).values_list("pk", flat=True).first()


def find_user_by_username(username: str) -> int | None:
    """Return the id of the account with this user name."""
    return User.objects.filter(username=username).values_list("pk", flat=True).first()


def username_for_login(login: str) -> str:
    """Return the user name behind what was typed: a mobile number is looked up by its index, anything else stays."""
    if not is_mobile(login):
        return login
    found = User.objects.filter(mobile_index=fingerprint("mobile", login))
    return found.values_list("username", flat=True).first() or login


def find_person(*, name: str, mobile: str) -> int | None:
    """Return the account that bears both name and mobile: one alone must not tell who is registered."""
    found = User.objects.filter(mobile_index=fingerprint("mobile", mobile), real_name=name, is_active=True)
    return found.values_list("pk", flat=True).first()
