"""Accounts of persons and officials: who may open them, what is refused, what is written down."""

import threading
from datetime import date

import pytest
from django.apps import apps
from django.db import connection

from xiangyun.foundation.access.tests.factories import give, make_role
from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.accounts.errors import (
    AlreadyRegistered,
    FieldNotMasked,
    PersonNotFound,
    RealNameMismatch,
    RealNameUnavailable,
)
from xiangyun.foundation.accounts.models import User
from xiangyun.foundation.accounts.operations.people import change_contact
from xiangyun.foundation.accounts.tests.factories import (
    AT,
    PASSWORD,
    actor_for,
    make_official,
    make_person,
    make_resident,
    next_citizen_id,
)
from xiangyun.foundation.regions.tests.factories import make_jilin
from xiangyun.kit.actors import SYSTEM
from xiangyun.kit.codes import make_citizen_id
from xiangyun.kit.errors import Conflict, NotAllowed, ValidationError

pytestmark = pytest.mark.django_db
NUMBER = make_citizen_id("220000", date(1989, 7, 7), 946)


class DeadSource:
    def confirm(self, *, name: str, citizen_id: str) -> None:
        raise RealNameUnavailable


def register(**changes):
    arguments = {
        "name": "孔示例", "citizen_id": NUMBER, "mobile": "19900000024", "password": PASSWORD, "at": AT
    } | changes  # fmt: skip
    arguments["username"] = changes.get("username", "citizen-" + arguments["mobile"])
    return accounts.register_person(**arguments)


def audit_of(action):
    return apps.get_model("audit", "AuditRecord").objects.filter(action=action)


def test_register_confirmed_person_gets_level_two_and_civil_facts() -> None:
    regions = make_jilin()
    make_resident("孔示例", NUMBER, ethnicity="01", household_region_code="220102000000", household_address="示例路1号")
    user = User.objects.get(pk=register())
    assert (user.real_name_level, user.citizen_id, user.mobile) == (2, NUMBER, "19900000024")
    assert (user.sex, user.birth_date, user.ethnicity) == ("2", date(1989, 7, 7), "01")
    assert (user.household_region, user.household_address) == (regions["220102"], "示例路1号")
    assert (user.is_official, user.check_password(PASSWORD), user.confirmed_on) == (False, True, AT.date())
    assert accounts.find_user_by_citizen_id(NUMBER.lower()) == user.pk
    record = audit_of("accounts.register_person").get()
    assert (record.label, record.details) == ("孔*例", {"real_name_level": 2})


@pytest.mark.parametrize("resident", [None, "别人"])
def test_register_without_confirmation_keeps_no_number(resident) -> None:
    if resident:
        make_resident(resident, NUMBER)
    user = User.objects.get(pk=register())
    assert (user.real_name_level, user.citizen_id, user.citizen_id_index) == (0, None, None)


def test_register_while_the_source_is_down_opens_an_unconfirmed_account(settings) -> None:
    settings.XIANGYUN_REAL_NAME_SOURCE = f"{__name__}.DeadSource"
    make_resident("孔示例", NUMBER)
    user = User.objects.get(pk=register())
    assert user.real_name_level == 0
    with pytest.raises(RealNameUnavailable):
        accounts.confirm_identity(actor=actor_for(user), name="孔示例", citizen_id=NUMBER, at=AT)


def test_register_dead_resident_is_not_confirmed() -> None:
    resident = make_resident("孔示例", NUMBER)
    resident.is_alive = False
    resident.save()
    assert User.objects.get(pk=register()).real_name_level == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"citizen_id": NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")}, {"citizen_id": ""},
        {"citizen_id": make_citizen_id("220000", date(2015, 1, 1), 1)}, {"mobile": "12345"}, {"name": "<script>"},
        {"name": "孔"}, {"username": "13900000000"}, {"username": "A"},
    ],
)  # fmt: skip
def test_register_refuses_bad_input_and_writes_nothing(changes) -> None:
    with pytest.raises(ValidationError):
        register(**changes)
    assert User.objects.count() == 0


def test_register_takes_rare_characters() -> None:
    make_resident("㛃·𠮷", NUMBER)
    assert User.objects.get(pk=register(name="㛃•𠮷")).real_name == "㛃·𠮷"


def test_register_refuses_weak_password(settings) -> None:
    settings.AUTH_PASSWORD_VALIDATORS = [
        {"NAME": "xiangyun.foundation.accounts.forms.PasswordRule"},
    ]
    for password in ("Short-1", "onlysmallletters", "12345678"):
        with pytest.raises(ValidationError) as refused:
            register(password=password)
        assert "password" in refused.value.details
    register(password="Xiangyun2026")


def test_register_same_number_or_mobile_twice() -> None:
    make_resident("孔示例", NUMBER)
    register()
    with pytest.raises(AlreadyRegistered):
        register(mobile="19900000025")
    with pytest.raises(AlreadyRegistered):
        register(citizen_id=next_citizen_id())
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_registrations_of_one_number_at_once_give_one_account() -> None:
    make_resident("孔示例", NUMBER)
    start, outcomes = threading.Barrier(4), []

    def act(n: int) -> None:
        try:
            start.wait()
            register(mobile=f"1990000010{n}")
            outcomes.append("opened")
        except AlreadyRegistered:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["opened", "refused", "refused", "refused"]
    assert User.objects.count() == 1


def test_confirm_identity_raises_the_level_once() -> None:
    make_resident("孔示例", NUMBER)
    user = User.objects.get(pk=register(citizen_id=next_citizen_id()))
    with pytest.raises(RealNameMismatch):
        accounts.confirm_identity(actor=actor_for(user), name="孔示二", citizen_id=NUMBER, at=AT)
    assert accounts.confirm_identity(actor=actor_for(user), name="孔示例", citizen_id=NUMBER, at=AT) == 2
    user.refresh_from_db()
    assert (user.citizen_id, user.confirmed_on) == (NUMBER, AT.date())
    with pytest.raises(Conflict):
        accounts.confirm_identity(actor=actor_for(user), name="孔示例", citizen_id=NUMBER, at=AT)
    other = make_person(real_name_level=0, citizen_id=next_citizen_id())
    with pytest.raises(AlreadyRegistered):
        accounts.confirm_identity(actor=actor_for(other), name="孔示例", citizen_id=NUMBER, at=AT)


ROLES = {
    "window_clerk": ["accounts.create_person", "accounts.unmask_person"], "approver": ["accounts.unmask_person"],
    "system_admin": ["accounts.manage_officials"], "security_admin": ["access.grant_role"], None: [],
}  # fmt: skip


def actor_with(role):
    official = make_official()
    if role:
        give(official, make_role(role, *ROLES[role]), make_jilin()["220102"])
    return actor_for(official)


@pytest.mark.parametrize(
    ("act", "allowed"),
    [("create_person", {"window_clerk"}), ("create_official", {"system_admin"}), ("close_official", {"system_admin"}),
     ("unmask", {"window_clerk", "approver"}), ("reset_citizen", {"window_clerk"}),
     ("reset_official", {"system_admin"})],
)  # fmt: skip
@pytest.mark.parametrize("role", ROLES)
def test_role_by_act(act, allowed, role) -> None:
    actor = actor_with(role)
    target = make_official() if act in ("close_official", "reset_official") else make_person()
    number = next_citizen_id()
    call = {
        "create_person": lambda: accounts.create_person(
            actor=actor, username="new.person", name="新示例", citizen_id=number, at=AT
        ),
        "create_official": lambda: accounts.create_official(
            actor=actor, username="new.official", real_name="新示例", password=PASSWORD, citizen_id=number, at=AT
        ),
        "close_official": lambda: accounts.close_official(actor=actor, user_id=target.pk, reason="离职", at=AT),
        "unmask": lambda: accounts.unmask(actor=actor, user_id=target.pk, field="citizen_id", reason="核对身份", at=AT),
    } | dict.fromkeys(
        ("reset_citizen", "reset_official"),
        lambda: accounts.reset_password(actor=actor, user_id=target.pk, password="New-2026x", reason="核对", at=AT),
    )
    call = call[act]
    if role in allowed:
        call()
    else:
        with pytest.raises(NotAllowed):
            call()
        assert User.objects.filter(username__startswith="new.").count() == 0


def test_created_person_cannot_log_in_without_password() -> None:
    user_id = accounts.create_person(
        actor=SYSTEM, username="window.person", name="严示例", citizen_id=NUMBER, mobile="19900000026", at=AT
    )
    user = User.objects.get(pk=user_id)
    assert (user.has_usable_password(), user.real_name_level, user.is_official) == (False, 2, False)


def test_close_official() -> None:
    actor, official = actor_with("system_admin"), make_official()
    accounts.close_official(actor=actor, user_id=official.pk, reason="离职", at=AT)
    official.refresh_from_db()
    assert official.is_active is False
    with pytest.raises(Conflict):
        accounts.close_official(actor=actor, user_id=official.pk, reason="离职", at=AT)
    with pytest.raises(PersonNotFound):
        accounts.close_official(actor=actor, user_id=make_person().pk, reason="离职", at=AT)
    with pytest.raises(NotAllowed):
        accounts.close_official(actor=actor, user_id=actor.user_id, reason="", at=AT)


def test_unmask_writes_who_looked_and_why() -> None:
    actor, person = actor_with("window_clerk"), make_person("孔示例")
    with pytest.raises(ValidationError):
        accounts.unmask(actor=actor, user_id=person.pk, field="mobile", reason=" ", at=AT)
    with pytest.raises(FieldNotMasked):
        accounts.unmask(actor=actor, user_id=person.pk, field="password", reason="核对", at=AT)
    with pytest.raises(PersonNotFound):
        accounts.unmask(actor=actor, user_id=10**9, field="mobile", reason="核对", at=AT)
    assert (
        accounts.unmask(actor=actor, user_id=person.pk, field="mobile", reason="电话通知补正", at=AT) == person.mobile
    )
    assert (
        accounts.unmask(actor=actor_for(person), user_id=person.pk, field="birth_date", reason="", at=AT)
        == person.birth_date.isoformat()
    )
    looked = audit_of("accounts.unmask").order_by("pk")
    assert [(r.user_id, r.details, r.reason, r.risk) for r in looked] == [
        (actor.user_id, {"fields": ["mobile"]}, "电话通知补正", "high"),
        (person.pk, {"fields": ["birth_date"]}, "", "normal"),
    ]
    accounts.record_unmasking(
        actor=actor, user_id=person.pk, fields=["citizen_id", "mobile"], reason="核对身份", case="2026-1", at=AT
    )
    assert audit_of("accounts.unmask").latest("pk").details == {"fields": ["citizen_id", "mobile"], "case": "2026-1"}


def test_change_contact() -> None:
    person = make_person()
    change_contact(
        actor=actor_for(person), residence_address=" 示例小区1号 ", bank_name="示例银行",
        bank_account="9990 0000 0000 0000 011", at=AT,
    )  # fmt: skip
    profile = accounts.get_user_profile(person.pk)
    assert (profile.residence_address, profile.bank_account) == ("示例小区1号", "9990000000000000011")
    with pytest.raises(ValidationError):
        change_contact(actor=actor_for(person), residence_address="", bank_name="", bank_account="1234567890123", at=AT)


def test_profile_prefills_by_data_element_and_masks() -> None:
    regions = make_jilin()
    person = make_person("孔示例", citizen_id=NUMBER, household_region=regions["220102"], residence_address="某路1号")
    profile = accounts.get_user_profile(person.pk)
    prefill = profile.as_prefill()
    assert prefill["citizen_id"] == prefill["id_number"] == NUMBER
    assert (prefill["person_name"], prefill["sex"], prefill["household_region"]) == ("孔示例", "2", "220102000000")
    assert "bank_account" not in prefill
    assert profile.masked("citizen_id") == f"220***********{NUMBER[-4:]}"
    assert profile.masked("birth_date") == "1989-**-**"
    assert profile.masked("sex") == "2"
    assert profile.verified_on == AT.date()
    with pytest.raises(PersonNotFound):
        accounts.get_user_profile(10**9)
    with pytest.raises(PersonNotFound):
        accounts.get_user_by_citizen_id(next_citizen_id())
    assert accounts.get_user_by_citizen_id(NUMBER.lower()).id == person.pk
    assert accounts.list_people(user_ids=[person.pk, 10**9])[person.pk].real_name == "孔示例"


def test_rows_hold_no_plain_number_phone_or_address() -> None:
    make_jilin()
    make_resident("孔示例", NUMBER, household_address="示例路946号")
    user_id = register()
    change_contact(
        actor=actor_for(User.objects.get(pk=user_id)), residence_address="示例小区946室", bank_name="",
        bank_account="9990000000000000011", at=AT,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        content = []
        for table in tables:
            cursor.execute(f"SELECT t::text, encode(convert_to(t::text, 'UTF8'), 'escape') FROM \"{table}\" t")
            content += [text for row in cursor.fetchall() for text in row]
    everything = "\n".join(content)
    assert f"citizen-{'19900000024'}" in everything  # the search does see the row
    everything = everything.replace("citizen-19900000024", "")
    for secret in (NUMBER, "19900000024", "示例路946号", "示例小区946室", "9990000000000000011"):
        assert secret not in everything
        assert secret.encode().hex() not in everything
