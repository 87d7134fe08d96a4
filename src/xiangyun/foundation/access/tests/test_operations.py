"""Giving and taking roles; what a grant reaches."""

import threading
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xiangyun.foundation.access import api as access
from xiangyun.foundation.access.errors import (
    AlreadyGranted,
    DutiesConflict,
    GrantNotFound,
    SelfGrant,
    UnknownRole,
)
from xiangyun.foundation.access.models import RoleGrant
from xiangyun.foundation.access.tests.factories import AT, actor_for, give, make_holder, make_role
from xiangyun.foundation.organisations.tests.factories import make_department
from xiangyun.foundation.regions.tests.factories import make_jilin
from xiangyun.kit.actors import SYSTEM
from xiangyun.kit.errors import NotAllowed, NotFound, ValidationError

pytestmark = pytest.mark.django_db


@pytest.fixture
def jilin():
    return make_jilin()


@pytest.fixture
def security(jilin):
    official = make_holder("安示例")
    give(official, make_role("security_admin", "access.grant_role", group="security"), jilin["22"])
    return actor_for(official)


def test_grant_reaches_the_subtree_and_nothing_else(jilin) -> None:
    line = make_department("scjg", jilin["22"])
    own = make_department("scjg-220102", jilin["220102"], parent=line)
    other = make_department("mzj-220102", jilin["220102"])
    official = make_holder()
    give(official, make_role("handler", "cases.review_case"), jilin["220102"], own)
    actor = actor_for(official)
    inside = access.Scope(jilin["220102001"].path, own.path)
    access.require(actor, "cases.review_case", inside)
    for scope in (
        access.Scope(jilin["220102"].path, other.path),
        access.Scope(jilin["220102"].path, line.path),
        access.Scope(jilin["220102"].path, ""),
        access.Scope(jilin["2201"].path, own.path),
        access.Scope(jilin["220103"].path, own.path),
        access.EVERYWHERE,
    ):
        with pytest.raises(NotAllowed):
            access.require(actor, "cases.review_case", scope)
    assert not access.can(actor, "cases.decide_case", inside)
    assert access.holds_role(actor, "handler", inside)
    assert not access.holds_role(actor, "approver", inside)
    assert access.list_scopes(actor, "cases.review_case") == [access.Scope(jilin["220102"].path, own.path)]
    assert access.list_role_scopes(actor) == {"handler": [access.Scope(jilin["220102"].path, own.path)]}
    assert access.list_rights(actor) == ["cases.review_case"]


def test_a_grant_on_the_top_of_the_tree_reaches_everything(jilin) -> None:
    official = make_holder()
    give(official, make_role("system_admin", "events.replay", group="system"), jilin["22"])
    access.require(actor_for(official), "events.replay")
    assert access.list_scopes(actor_for(official), "events.replay") == [access.EVERYWHERE]


def test_the_system_may_everything_and_a_citizen_nothing(jilin) -> None:
    access.require(SYSTEM, "cases.void_case", access.Scope(jilin["220102"].path, "x/"))
    assert access.holds_role(SYSTEM, "approver")
    citizen = actor_for(make_holder())
    assert access.list_scopes(citizen, "cases.view_case") == []
    assert access.list_rights(citizen) == []
    assert access.list_rights(SYSTEM) == []


def test_wider_scopes_swallow_narrower_ones(jilin) -> None:
    official = make_holder()
    role = make_role("supervisor", "cases.view_case")
    for code in ("220102", "220102001", "2201", "222401"):
        give(official, role, jilin[code])
    found = access.list_scopes(actor_for(official), "cases.view_case")
    assert sorted(scope.region_path for scope in found) == sorted([jilin["2201"].path, jilin["222401"].path])


def test_filter_for_keeps_rows_inside(jilin) -> None:
    regions = apps.get_model("regions", "Region").objects
    scopes = [access.Scope(jilin["220102"].path), access.Scope(jilin["222401"].path)]
    found = regions.filter(access.filter_for(scopes, region_path="path")).values_list("name", flat=True)
    assert sorted(found) == sorted(["南关区", "南岭街道", "曙光社区居委会", "延吉市"])
    assert regions.filter(access.filter_for([], region_path="path")).count() == 0
    assert regions.filter(access.filter_for([access.EVERYWHERE], region_path="path")).count() == regions.count()


@pytest.mark.parametrize(
    ("columns", "counts"),
    [
        ({"valid_from": AT.date()}, True),
        ({"valid_from": AT.date() + timedelta(days=1)}, False),
        ({"valid_to": AT.date()}, True),
        ({"valid_to": AT.date() - timedelta(days=1)}, False),
        ({"revoked_at": AT}, False),
    ],
)
def test_grants_count_only_while_in_force(jilin, columns, counts) -> None:
    official = make_holder()
    give(official, make_role("handler", "cases.review_case"), jilin["220102"], **columns)
    assert access.can(actor_for(official), "cases.review_case", access.Scope(jilin["220102"].path), AT) is counts


@pytest.mark.parametrize("grants", [1, 500])
def test_a_check_costs_one_query_however_many_grants(jilin, grants) -> None:
    official = make_holder()
    role = make_role("handler", "cases.review_case")
    departments = [make_department(f"d{n}", jilin["220102"]) for n in range(grants)]
    RoleGrant.objects.bulk_create(
        RoleGrant(user=official, role=role, region=jilin["220102"], department=department, valid_from=AT.date(),
                  granted_at=AT)
        for department in departments
    )  # fmt: skip
    actor, scope = actor_for(official), access.Scope(jilin["220102"].path, departments[-1].path)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        access.require(actor, "cases.review_case", scope, AT)
    assert len(queries) == 1
    with access.remember_grants(), CaptureQueriesContext(connection) as queries:
        access.require(actor, "cases.review_case", scope)
        access.list_scopes(actor, "cases.review_case")
        access.list_role_scopes(actor)
        access.list_rights(actor)
    assert len(queries) == 1


def test_what_a_request_remembers_is_forgotten_when_a_grant_changes(jilin, security) -> None:
    official = make_holder()
    make_role("handler", "cases.review_case")
    scope = access.Scope(jilin["220102"].path)
    with access.remember_grants():
        assert not access.can(actor_for(official), "cases.review_case", scope, AT)
        grant_id = access.grant_role(actor=security, user_id=official.pk, role="handler", region_code="220102", at=AT)
        assert access.can(actor_for(official), "cases.review_case", scope, AT)
        access.revoke_role(actor=security, grant_id=grant_id, reason="调岗", at=AT)
        assert not access.can(actor_for(official), "cases.review_case", scope, AT)


def test_grant_writes_row_and_audit(jilin, security) -> None:
    department = make_department("scjg-220102", jilin["220102"])
    official = make_holder("王示例")
    make_role("handler", "cases.review_case")
    grant_id = access.grant_role(
        actor=security, user_id=official.pk, role="handler", region_code="220102", department_key="scjg-220102",
        valid_to=date(2026, 12, 31), reason="新入职", at=AT,
    )  # fmt: skip
    grant = RoleGrant.objects.get(pk=grant_id)
    assert (grant.department, grant.valid_from, grant.granted_by_id) == (department, AT.date(), security.user_id)
    assert [g.id for g in access.list_grants(user_id=official.pk, at=AT)] == [grant_id]
    record = apps.get_model("audit", "AuditRecord").objects.get(action="access.grant_role")
    assert (record.subject_id, record.reason, record.risk) == (str(official.pk), "新入职", "high")


ROLE_ALLOWED = [
    ("security_admin", True), ("system_admin", False), ("audit_admin", False), ("approver", False), (None, False),
]  # fmt: skip


@pytest.mark.parametrize(("role", "allowed"), ROLE_ALLOWED)
def test_who_may_grant_and_revoke(jilin, role, allowed) -> None:
    rights = {
        "security_admin": ["access.grant_role"], "system_admin": ["accounts.manage_officials"],
        "audit_admin": ["audit.view_records"], "approver": ["cases.decide_case"],
    }  # fmt: skip
    granter, official = make_holder(), make_holder()
    if role:
        give(granter, make_role(role, *rights[role]), jilin["22"])
    make_role("handler", "cases.review_case")
    old = give(official, make_role("checker", "cases.check_case"), jilin["220103"])
    calls = [
        lambda: access.grant_role(
            actor=actor_for(granter), user_id=official.pk, role="handler", region_code="220102", at=AT
        ),
        lambda: access.revoke_role(actor=actor_for(granter), grant_id=old.pk, reason="", at=AT),
    ]
    for call in calls:
        if allowed:
            call()
        else:
            with pytest.raises(NotAllowed):
                call()


def test_a_local_security_administrator_stays_inside_their_division(jilin) -> None:
    local = make_holder()
    give(local, make_role("security_admin", "access.grant_role", group="security"), jilin["220102"])
    make_role("handler", "cases.review_case")
    official = make_holder()
    access.grant_role(actor=actor_for(local), user_id=official.pk, role="handler", region_code="220102001", at=AT)
    with pytest.raises(NotAllowed):
        access.grant_role(actor=actor_for(local), user_id=official.pk, role="handler", region_code="220103", at=AT)


def test_grant_refusals(jilin, security) -> None:
    official = make_holder()
    make_role("handler", "cases.review_case")

    def grant(**changes):
        arguments = {"user_id": official.pk, "role": "handler", "region_code": "220102"} | changes
        return access.grant_role(actor=security, at=AT, **arguments)

    with pytest.raises(SelfGrant):
        grant(user_id=security.user_id)
    with pytest.raises(UnknownRole):
        grant(role="emperor")
    with pytest.raises(NotFound):
        grant(user_id=10**9)
    with pytest.raises(NotFound):
        grant(region_code="999999")
    with pytest.raises(NotFound):
        grant(department_key="none")
    with pytest.raises(ValidationError):
        grant(valid_to=date(2020, 1, 1))
    grant()
    with pytest.raises(AlreadyGranted):
        grant(valid_from=date(2026, 6, 1))
    assert RoleGrant.objects.filter(user=official).count() == 1


def test_three_administrators_exclude_each_other_and_business(jilin) -> None:
    groups = {"system_admin": "system", "security_admin": "security", "audit_admin": "audit", "handler": "business"}
    for code, group in groups.items():
        make_role(code, "events.replay", group=group)
    make_role("checker", "cases.check_case")
    for first in groups:
        official = make_holder()
        access.grant_role(actor=SYSTEM, user_id=official.pk, role=first, region_code="22", at=AT)
        for second in groups:
            if second != first:
                with pytest.raises(DutiesConflict):
                    access.grant_role(actor=SYSTEM, user_id=official.pk, role=second, region_code="220102", at=AT)
    both = make_holder()
    for role in ("handler", "checker"):
        access.grant_role(actor=SYSTEM, user_id=both.pk, role=role, region_code="22", at=AT)


def test_revoke_twice_and_own(jilin, security) -> None:
    official = make_holder()
    grant = give(official, make_role("handler", "cases.review_case"), jilin["220102"])
    access.revoke_role(actor=security, grant_id=grant.pk, reason="调岗", at=AT)
    with pytest.raises(GrantNotFound):
        access.revoke_role(actor=security, grant_id=grant.pk, reason="调岗", at=AT)
    own = RoleGrant.objects.get(user_id=security.user_id)
    with pytest.raises(SelfGrant):
        access.revoke_role(actor=security, grant_id=own.pk, reason="", at=AT)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("roles", "refusal"), [(("handler", "handler"), AlreadyGranted), (("system_admin", "audit_admin"), DutiesConflict)]
)
def test_two_grants_at_once_give_one(roles, refusal) -> None:
    make_jilin()
    for code, group in (("handler", "business"), ("system_admin", "system"), ("audit_admin", "audit")):
        make_role(code, "events.replay", group=group)
    official = make_holder()
    start, outcomes = threading.Barrier(2), []

    def act(role: str) -> None:
        try:
            start.wait()
            access.grant_role(actor=SYSTEM, user_id=official.pk, role=role, region_code="22", at=AT)
            outcomes.append("given")
        except refusal:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(role,)) for role in roles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["given", "refused"]
    assert RoleGrant.objects.filter(user=official).count() == 1
