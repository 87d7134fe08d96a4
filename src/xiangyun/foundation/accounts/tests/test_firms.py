"""Firms, mandates, and for whom a person acts."""

import threading
from datetime import date

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xiangyun.foundation.access.tests.factories import give, make_role
from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.accounts.errors import (
    AlreadyMandated,
    FirmExists,
    FirmNotFound,
    MandateNotFound,
    NotLegalRepresentative,
    NotYourSubject,
    PersonNotFound,
    RealNameRequired,
)
from xiangyun.foundation.accounts.models import Firm, Mandate
from xiangyun.foundation.accounts.tests.factories import (
    AT,
    actor_for,
    make_firm,
    make_mandate,
    make_official,
    make_person,
)
from xiangyun.foundation.regions.tests.factories import make_jilin
from xiangyun.kit.actors import SYSTEM
from xiangyun.kit.codes import make_uscc
from xiangyun.kit.errors import NotAllowed, ValidationError

pytestmark = pytest.mark.django_db
TODAY = AT.date()
USCC = make_uscc("91", "220000", "DM900099")


def test_create_firm() -> None:
    boss = make_person()
    firm_id = accounts.create_firm(
        actor=SYSTEM,
        uscc=USCC.lower(),
        name="示例公司",
        kind="company",
        legal_rep_id=boss.pk,
        phone="0431-00000001",
        at=AT,
    )
    firm = accounts.get_firm(firm_id)
    assert (firm.uscc, firm.legal_rep_name, firm.kind_name, firm.updated_on) == (USCC, boss.real_name, "企业", TODAY)
    assert firm.as_prefill()["legal_rep_id"] == boss.citizen_id
    assert accounts.get_firm_by_uscc(USCC).id == firm_id
    with pytest.raises(FirmExists):
        accounts.create_firm(actor=SYSTEM, uscc=USCC, name="另一公司", at=AT)
    with pytest.raises(ValidationError):
        accounts.create_firm(actor=SYSTEM, uscc=USCC[:-1] + "0", name="错", at=AT)
    with pytest.raises(FirmNotFound):
        accounts.get_firm(10**9)
    with pytest.raises(FirmNotFound):
        accounts.get_firm_by_uscc(make_uscc("91", "220000", "DM900098"))


@pytest.mark.parametrize(("right", "allowed"), [("accounts.manage_firms", True), ("accounts.manage_officials", False)])
def test_who_may_create_a_firm(right, allowed) -> None:
    official = make_official()
    give(official, make_role("system_admin", right), make_jilin()["22"])
    if allowed:
        accounts.create_firm(actor=actor_for(official), uscc=USCC, name="示例公司", at=AT)
    else:
        with pytest.raises(NotAllowed):
            accounts.create_firm(actor=actor_for(official), uscc=USCC, name="示例公司", at=AT)


def test_mandate_lets_a_person_act_until_it_is_taken_back() -> None:
    boss, agent = make_person("韩示例"), make_person("施示例")
    firm = make_firm(boss)
    assert [s.title for s in accounts.list_subjects(user_id=boss.pk, on=TODAY)] == ["本人", "法定代表人（负责人）"]
    assert [s.firm_id for s in accounts.list_subjects(user_id=agent.pk, on=TODAY)] == [None]
    with pytest.raises(NotYourSubject):
        accounts.switch_subject(actor=actor_for(agent), firm_id=firm.pk, at=AT)
    mandate_id = accounts.give_mandate(
        actor=actor_for(boss),
        firm_id=firm.pk,
        person_id=agent.pk,
        scope="食品经营许可",
        valid_to=date(2026, 12, 31),
        at=AT,
    )
    subject = accounts.list_subjects(user_id=agent.pk, on=TODAY)[1]
    assert (subject.firm_id, subject.title, subject.mandate_id, subject.scope) == (
        firm.pk, "经办人", mandate_id, "食品经营许可",
    )  # fmt: skip
    assert accounts.switch_subject(actor=actor_for(agent), firm_id=firm.pk, at=AT).firm_id == firm.pk
    assert accounts.switch_subject(actor=actor_for(agent, firm), firm_id=None, at=AT).firm_id is None
    assert accounts.find_subject(user_id=agent.pk, firm_id=firm.pk, on=date(2027, 1, 1)) is None
    assert accounts.find_subject(user_id=agent.pk, firm_id=firm.pk, on=date(2026, 1, 1)) is None
    accounts.revoke_mandate(actor=actor_for(boss), mandate_id=mandate_id, at=AT)
    assert accounts.find_subject(user_id=agent.pk, firm_id=firm.pk, on=TODAY) is None
    with pytest.raises(MandateNotFound):
        accounts.revoke_mandate(actor=actor_for(boss), mandate_id=mandate_id, at=AT)
    for user in (boss, agent):
        assert [m.mandate_id for m in accounts.list_mandates(user_id=user.pk)] == [mandate_id]
    actions = apps.get_model("audit", "AuditRecord").objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == [
        "accounts.give_mandate", "accounts.switch_subject", "accounts.switch_subject", "accounts.revoke_mandate",
    ]  # fmt: skip


def test_the_agent_may_give_the_mandate_up_but_nobody_else_may_touch_it() -> None:
    boss, agent, stranger = make_person(), make_person(), make_person()
    mandate = make_mandate(make_firm(boss), agent)
    with pytest.raises(MandateNotFound):
        accounts.revoke_mandate(actor=actor_for(stranger), mandate_id=mandate.pk, at=AT)
    accounts.revoke_mandate(actor=actor_for(agent), mandate_id=mandate.pk, at=AT)
    mandate.refresh_from_db()
    assert mandate.revoked_at == AT


def test_mandate_refusals() -> None:
    boss, agent = make_person(), make_person()
    firm = make_firm(boss)

    def give_it(actor=None, **changes):
        arguments = {"firm_id": firm.pk, "person_id": agent.pk, "at": AT} | changes
        return accounts.give_mandate(actor=actor or actor_for(boss), **arguments)

    with pytest.raises(NotLegalRepresentative):
        give_it(actor=actor_for(agent))
    with pytest.raises(FirmNotFound):
        give_it(firm_id=10**9)
    with pytest.raises(FirmNotFound):
        give_it(firm_id=make_firm(boss, status=Firm.Status.CANCELLED).pk)
    with pytest.raises(PersonNotFound):
        give_it(person_id=10**9)
    with pytest.raises(RealNameRequired):
        give_it(person_id=make_person(real_name_level=0).pk)
    with pytest.raises(ValidationError):
        give_it(person_id=boss.pk)
    for period in ({"valid_to": date(2025, 1, 1)}, {"valid_to": date(2029, 3, 3)}):  # a day more than three years
        with pytest.raises(ValidationError):
            give_it(**period)
    give_it(valid_to=date(2026, 12, 31))
    with pytest.raises(AlreadyMandated):
        give_it()
    give_it(valid_from=date(2027, 1, 1), valid_to=date(2030, 1, 1))
    assert Mandate.objects.count() == 2


def test_a_firm_that_was_struck_off_is_nobodys_subject() -> None:
    boss, agent = make_person(), make_person()
    firm = make_firm(boss, status=Firm.Status.REVOKED)
    make_mandate(firm, agent)
    assert [s.firm_id for s in accounts.list_subjects(user_id=boss.pk, on=TODAY)] == [None]
    assert [s.firm_id for s in accounts.list_subjects(user_id=agent.pk, on=TODAY)] == [None]


@pytest.mark.parametrize("firms", [1, 30])
def test_list_subjects_costs_the_same_for_one_firm_and_thirty(firms) -> None:
    agent = make_person()
    for _ in range(firms):
        make_mandate(make_firm(make_person()), agent)
        make_firm(agent)
    with CaptureQueriesContext(connection) as queries:
        assert len(accounts.list_subjects(user_id=agent.pk, on=TODAY)) == 1 + 2 * firms
    assert len(queries) == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_mandate_twice_at_once_is_given_once() -> None:
    boss, agent = make_person(), make_person()
    firm = make_firm(boss)
    start, outcomes = threading.Barrier(2), []

    def act() -> None:
        try:
            start.wait()
            accounts.give_mandate(actor=actor_for(boss), firm_id=firm.pk, person_id=agent.pk, at=AT)
            outcomes.append("given")
        except AlreadyMandated:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["given", "refused"]
