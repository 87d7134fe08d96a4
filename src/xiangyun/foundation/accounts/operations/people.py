"""Opening accounts of persons and confirming who they are (网络安全法 on real names, GB/T 35273 5)."""

import re
from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from xiangyun.foundation.accounts.adapters.realname import CivilFacts, real_name_source
from xiangyun.foundation.accounts.errors import AlreadyRegistered, PersonNotFound, RealNameMismatch, RealNameUnavailable
from xiangyun.foundation.accounts.events import IdentityConfirmed, PersonRegistered
from xiangyun.foundation.accounts.models import User
from xiangyun.foundation.accounts.operations.traces import record
from xiangyun.foundation.accounts.permissions import require_somewhere
from xiangyun.foundation.events import api as events
from xiangyun.foundation.regions import api as regions
from xiangyun.kit.actors import SYSTEM, Actor
from xiangyun.kit.codes import birth_of, check_bank_card, check_citizen_id, check_mobile, is_mobile, sex_of
from xiangyun.kit.errors import Conflict, ValidationError
from xiangyun.kit.privacy import fingerprint
from xiangyun.kit.transactions import in_one_transaction

GUARDIAN_AGE = 14
_NAME = re.compile(r"[㐀-鿿\U00020000-\U0003ffff·]{2,50}|[A-Za-z][A-Za-z .'-]{1,49}")
_USERNAME = re.compile(r"[a-z][a-z0-9_.-]{2,39}")


def check_name(name: str) -> str:
    """Return the name without outer spaces, or refuse it.

    Raises: ValidationError.
    """
    text = name.strip().replace("•", "·")
    if not _NAME.fullmatch(text):
        raise ValidationError(
            "姓名应为2至50个汉字（可含“·”）或外文字母，请与身份证件一致。", real_name="姓名格式不正确"
        )
    return text


def _age(birth: date, on: date) -> int:
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def new_user(
    *,
    username: str,
    real_name: str,
    password: str | None,
    citizen_id: str | None,
    mobile: str | None,
    at: datetime,
    **columns: Any,
) -> User:
    """Write an account; uniqueness is the database's business, so that two at once cannot both pass."""
    user = User(
        username=username,
        real_name=check_name(real_name),
        date_joined=at,
        citizen_id=citizen_id,
        citizen_id_index=fingerprint("citizen_id", citizen_id) if citizen_id else None,
        mobile=mobile,
        mobile_index=fingerprint("mobile", mobile) if mobile else None,
        **columns,
    )
    if citizen_id:
        user.birth_date, user.sex, user.confirmed_on = birth_of(citizen_id), sex_of(citizen_id), timezone.localdate(at)
    if password is not None:
        check_password_rules(password, user)
    user.password = make_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyRegistered from error
    return user


def check_password_rules(password: str, user: User) -> None:
    """Refuse a password that is too weak or too close to the person's own data.

    Raises: ValidationError.
    """
    try:
        validate_password(password, user)
    except DjangoValidationError as error:
        raise ValidationError(password="".join(error.messages)) from error


def check_username(username: str) -> str:
    """Return a user name, or refuse it.

    Raises: ValidationError.
    """
    # a user name that looks like a mobile number could take over another person's login
    if is_mobile(username) or not _USERNAME.fullmatch(username):
        raise ValidationError(username="用户名应以小写字母开头，由3至40位小写字母、数字、点、横线组成")
    return username


def register_person(
    *, username: str, name: str, citizen_id: str, mobile: str, password: str, at: datetime, actor: Actor = SYSTEM
) -> int:
    """Open a citizen's own account; real-name level 2 only where a source confirms name and number together.

    An unconfirmed number is not stored: nobody shall block another person's number by guessing. The outside source
    is asked before the transaction begins.

    Raises: ValidationError, AlreadyRegistered.
    """
    name, number, mobile = (
        check_name(name),
        check_citizen_id(citizen_id, on=timezone.localdate(at)),
        check_mobile(mobile),
    )
    if _age(birth_of(number), timezone.localdate(at)) < GUARDIAN_AGE:
        raise ValidationError(citizen_id="未满14周岁的，请由监护人携带户口簿到政务服务大厅办理")
    try:
        facts = real_name_source().confirm(name=name, citizen_id=number)
    except RealNameUnavailable:
        facts = None
    level = User.RealNameLevel.NAME_AND_ID if facts else User.RealNameLevel.NONE
    with transaction.atomic():
        user = new_user(
            username=check_username(username),
            real_name=name,
            password=password,
            citizen_id=number if facts else None,
            mobile=mobile,
            at=at,
            real_name_level=level,
            **_civil_columns(facts),
        )
        record(actor, "accounts.register_person", user, {"real_name_level": level}, at)
        events.publish(PersonRegistered(user_id=user.pk, real_name_level=level, at=at))
    return user.pk


def _civil_columns(facts: CivilFacts | None) -> dict[str, Any]:
    if facts is None:
        return {}
    region = regions.find_region(code=facts.household_region_code) if facts.household_region_code else None
    return {
        "ethnicity": facts.ethnicity,
        "household_region_id": region.id if region else None,
        "household_address": facts.household_address,
    }


@in_one_transaction
def create_person(
    *,
    actor: Actor,
    username: str,
    name: str,
    citizen_id: str,
    at: datetime,
    mobile: str | None = None,
    password: str | None = None,
    **facts: Any,
) -> int:
    """Open an account for a person whose id card was seen (window clerk, system): level 2, no login without password.

    `facts` are columns of the account (`ethnicity`, `household_region_id`, `household_address`, `residence_address`,
    `bank_account`).

    Raises: NotAllowed, ValidationError, AlreadyRegistered.
    """
    require_somewhere(actor, "accounts.create_person", at)
    user = new_user(
        username=check_username(username),
        real_name=name,
        password=password,
        citizen_id=check_citizen_id(citizen_id, on=timezone.localdate(at)),
        mobile=check_mobile(mobile) if mobile else None,
        at=at,
        real_name_level=User.RealNameLevel.NAME_AND_ID,
        **facts,
    )
    record(actor, "accounts.create_person", user, {}, at)
    events.publish(PersonRegistered(user_id=user.pk, real_name_level=user.real_name_level, at=at))
    return user.pk


def confirm_identity(*, actor: Actor, name: str, citizen_id: str, at: datetime) -> int:
    """Raise the actor's own account to level 2 where the real-name source confirms; return the new level.

    Raises: ValidationError, RealNameMismatch, RealNameUnavailable, AlreadyRegistered, Conflict.
    """
    name, number = check_name(name), check_citizen_id(citizen_id, on=timezone.localdate(at))
    facts = real_name_source().confirm(name=name, citizen_id=number)
    if facts is None:
        raise RealNameMismatch
    with transaction.atomic():
        user = _lock_own(actor)
        if user.real_name_level >= User.RealNameLevel.NAME_AND_ID:
            raise Conflict("您已完成实名认证，无需重复办理。")
        user.real_name, user.real_name_level = name, User.RealNameLevel.NAME_AND_ID
        user.citizen_id, user.citizen_id_index = number, fingerprint("citizen_id", number)
        user.birth_date, user.sex, user.confirmed_on = birth_of(number), sex_of(number), timezone.localdate(at)
        for column, value in _civil_columns(facts).items():
            setattr(user, column, value)
        try:
            with transaction.atomic():
                user.save()
        except IntegrityError as error:
            raise AlreadyRegistered from error
        record(actor, "accounts.confirm_identity", user, {"real_name_level": user.real_name_level}, at)
        events.publish(IdentityConfirmed(user_id=user.pk, real_name_level=user.real_name_level, at=at))
    return user.real_name_level


@in_one_transaction
def change_contact(*, actor: Actor, residence_address: str, bank_name: str, bank_account: str, at: datetime) -> None:
    """Change the actor's own address and account for payments; what the register says of them stays.

    Raises: ValidationError.
    """
    user = _lock_own(actor)
    if len(residence_address) > 200:
        raise ValidationError(residence_address="地址不超过200个字")
    user.residence_address, user.bank_name = residence_address.strip(), bank_name.strip()
    user.bank_account = check_bank_card(bank_account) if bank_account.strip() else ""
    user.save(update_fields=["residence_address", "bank_name", "bank_account"])
    record(actor, "accounts.change_contact", user, {}, at)


def _lock_own(actor: Actor) -> User:
    user = None
    if actor.user_id is not None:
        user = User.objects.select_for_update(of=("self",)).filter(pk=actor.user_id).first()
    if user is None:
        raise PersonNotFound
    return user
