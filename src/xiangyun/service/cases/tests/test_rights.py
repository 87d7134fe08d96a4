"""Who may do what to which case: every act × everybody who may not; nothing is written by a refused act."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from xiangyun.foundation.access import api as access
from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.audit import api as audit
from xiangyun.kit.actors import SYSTEM, Actor
from xiangyun.kit.errors import DomainError, NotAllowed
from xiangyun.service.cases import api as cases
from xiangyun.service.cases.errors import CaseNotFound
from xiangyun.service.cases.models import Case, CaseAct
from xiangyun.service.cases.tests.factories import (
    AT,
    BOSS,
    ELDER,
    FIRM,
    FOOD,
    bring_to,
    citizen,
    draft,
    item_code,
    official,
    upload,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]
NOW = AT + timedelta(days=2)


def window_draft() -> str:
    case = cases.open_window_case(
        actor=official("nanguan.clerk"),
        citizen_id=BOSS,
        principal=FIRM,
        handle_item_code=item_code(),
        situation={"biz": "sale", "auto": "n"},
        request_id="window",
        at=AT,
    )
    for material in cases.get_case_page(actor=citizen(BOSS, FIRM), case_key=str(case.key), at=AT).materials:
        if material.is_required and not material.is_provided:
            upload(str(case.key), material.code, official("nanguan.clerk"))
    return str(case.key)


def asked_to_supplement() -> str:
    key = bring_to("submitted")
    cases.request_supplement(actor=official("nanguan.clerk"), case_key=key, wanted={}, opinion="请补充联系电话", at=AT)
    return key


# act → where the case must be, the call, who may
OFFICIAL_ACTS: dict[str, tuple[Callable[[], str], Callable[..., Any], str]] = {
    "begin_pre_review": (partial(bring_to, "submitted"), cases.begin_pre_review, "nanguan.clerk"),
    "receive_case": (partial(bring_to, "submitted"), cases.receive_case, "nanguan.clerk"),
    "accept_case": (partial(bring_to, "received"), cases.accept_case, "nanguan.clerk"),
    "request_supplement": (
        partial(bring_to, "received"), partial(cases.request_supplement, wanted={}, opinion="请补充"), "nanguan.clerk"
    ),
    "refuse_case": (partial(bring_to, "received"), partial(cases.refuse_case, reason="不属于职权范围"), "nanguan.clerk"),
    "declare_not_applicable": (
        partial(bring_to, "received"), partial(cases.declare_not_applicable, reason="不需要许可"), "nanguan.clerk"
    ),
    "review_case": (partial(bring_to, "review"), partial(cases.review_case, opinion="符合"), "nanguan.scjg.handler"),
    "start_special_procedure": (
        partial(bring_to, "review"),
        partial(cases.start_special_procedure, kind="现场核查", days=5, reason="核查后厨"),
        "nanguan.scjg.handler",
    ),
    "inspect_case": (partial(bring_to, "special"), partial(cases.inspect_case, finding="符合"), "nanguan.scjg.inspector"),
    "check_case": (partial(bring_to, "check"), partial(cases.check_case, opinion="同意"), "nanguan.scjg.checker"),
    "send_back": (
        partial(bring_to, "check"), partial(cases.check_case, opinion="不清楚", send_back=True), "nanguan.scjg.checker"
    ),
    "decide_case": (
        partial(bring_to, "decide"), partial(cases.decide_case, approve=True, reason="符合"), "nanguan.scjg.approver"
    ),
    "deny": (partial(bring_to, "decide"), partial(cases.decide_case, approve=False, reason="不符"), "nanguan.scjg.approver"),
    "send_back_case": (partial(bring_to, "decide"), partial(cases.send_back_case, reason="再核"), "nanguan.scjg.approver"),
    "deliver_case": (partial(bring_to, "deliver"), partial(cases.deliver_case, method="电子送达"), "nanguan.scjg.issuer"),
    "void_case": (partial(bring_to, "review"), partial(cases.void_case, reason="录入错误"), "nanguan.scjg.approver"),
    "take_paper_materials": (window_draft, partial(cases.take_paper_materials, codes=["M008"]), "nanguan.clerk"),
    "submit_window_case": (window_draft, partial(cases.submit_window_case, answers=FOOD), "nanguan.clerk"),
    "unmask_applicant": (partial(bring_to, "review"), partial(cases.unmask_applicant, reason="电话核实"), "nanguan.clerk"),
}  # fmt: skip
APPLICANT_ACTS: dict[str, tuple[Callable[[], str], Callable[..., Any]]] = {
    "save_draft": (draft, partial(cases.save_draft, answers={"premises_area": 1}, revision=1)),
    "submit_case": (draft, partial(cases.submit_case, answers=FOOD)),
    "discard_draft": (draft, cases.discard_draft),
    "remove_file": (draft, partial(cases.remove_file, code="M008")),
    "attach_material": (draft, partial(cases.attach_material, code="M008", file_id=str(UUID(int=1)))),
    "commit_material": (draft, partial(cases.commit_material, code="M008")),
    "withdraw_case": (partial(bring_to, "review"), partial(cases.withdraw_case, reason="另行申请")),
    "supplement_case": (asked_to_supplement, partial(cases.supplement_case, answers=FOOD)),
}


def everybody_else(allowed: str) -> dict[str, Actor]:
    """Return all who must be refused where `allowed` (or the applicant, for an empty name) may act."""
    owner, stranger = citizen(BOSS, FIRM), citizen(ELDER)
    others = {
        "a visitor": Actor(user_id=None, name="访客"),
        "the boss as a private person": citizen(BOSS),
        "another citizen": stranger,
        "another citizen who claims the firm's name": replace(stranger, firm_name=owner.firm_name),
        **{
            name: official(name)
            for name in (
                "nanguan.mzj.chief", "chaoyang.clerk", "chaoyang.chief", "chaoyang.approver", "nanguan.guide",
                "nanguan.supervisor", "nanguan.seals", "sysadmin", "secadmin", "auditadmin",
            )
        },
    }  # fmt: skip
    if allowed:
        others["the applicant"] = owner
        others |= {
            name: official(name)
            for name in ("nanguan.scjg.issuer", "nanguan.scjg.inspector")
            if name != allowed and not allowed.endswith("clerk")
        }
        for name, until in (("revoked", None), ("expired", AT.date() - timedelta(days=1))):
            others[f"{name} {allowed}"] = _former(allowed, name, until)
        closed = official(allowed)
        others[f"closed {allowed}"] = replace(closed, user_id=_copy(closed, "closed", is_active=False))
    return others


def _copy(original: Actor, name: str, *, until: Any = None, is_active: bool = True) -> int:
    """Open an official's account with the same grants, valid until a day."""
    user_id = accounts.create_official(actor=SYSTEM, username=f"x.{name}", real_name="原示例", at=AT)
    for grant in access.list_grants(user_id=original.user_id or 0, at=AT):
        access.grant_role(
            actor=SYSTEM, user_id=user_id, role=grant.role, region_code="220102000000", valid_to=until,
            valid_from=AT.date() - timedelta(days=100), department_key=_line(original), at=AT,
        )  # fmt: skip
    get_user_model().objects.filter(pk=user_id).update(is_active=is_active)
    return user_id


def _line(original: Actor) -> str | None:
    return (
        "scjg-220102" if accounts.get_user_profile(original.user_id or 0).username.startswith("nanguan.scjg") else None
    )


def _former(allowed: str, name: str, until: Any) -> Actor:
    original = official(allowed)
    user_id = _copy(original, name, until=until)
    if name == "revoked":
        for grant in access.list_grants(user_id=user_id, at=AT):
            access.revoke_role(actor=SYSTEM, grant_id=grant.id, reason="调离", at=AT)
    return replace(original, user_id=user_id)


def _state(key: str) -> tuple[Any, ...]:
    case = Case.objects.get(key=key)
    return (case.status, CaseAct.objects.filter(case=case).count(), audit.list_records(limit=1)[0].id)


@pytest.mark.parametrize("act", OFFICIAL_ACTS)
def test_only_the_official_in_charge_may(act: str, monkeypatch: pytest.MonkeyPatch):
    bring, operation, allowed = OFFICIAL_ACTS[act]
    key, others = bring(), everybody_else(allowed)
    monkeypatch.setattr(timezone, "now", lambda: NOW)  # grants are judged by the day of today
    before, passed = _state(key), []
    for name, actor in others.items():
        try:
            operation(actor=actor, case_key=key, at=NOW)
        except (NotAllowed, CaseNotFound, DomainError) as error:
            assert error.status in (403, 404), (name, error.code)
        else:
            passed.append(name)
            before = _state(key)
    assert passed == []
    assert _state(key) == before
    operation(actor=official(allowed), case_key=key, at=NOW)


@pytest.mark.parametrize("act", APPLICANT_ACTS)
def test_only_the_applicant_may(act: str):
    bring, operation = APPLICANT_ACTS[act]
    key = bring()
    others = everybody_else("") | {"nanguan.scjg.chief": official("nanguan.scjg.chief")}
    if Case.objects.get(key=key).status == Case.Status.DRAFT:
        others["nanguan.clerk"] = official("nanguan.clerk")
    before = _state(key)
    for name, actor in others.items():
        with pytest.raises((NotAllowed, CaseNotFound)):
            operation(actor=actor, case_key=key, at=NOW)
            pytest.fail(f"{name} may")
    assert _state(key) == before


def test_only_those_entitled_decide_at_once():
    key, others = bring_to("submitted"), everybody_else("nanguan.clerk")
    before = _state(key)
    for name, actor in others.items():
        with pytest.raises((NotAllowed, CaseNotFound)):
            cases.decide_at_once(actor=actor, case_key=key, at=NOW)
            pytest.fail(f"{name} may")
    assert _state(key) == before


def test_every_act_on_a_case_is_tabled():
    calls = [row[1] for row in (*OFFICIAL_ACTS.values(), *APPLICANT_ACTS.values())]
    tabled = {getattr(call, "func", call).__name__ for call in calls}
    acts = {
        name
        for name in cases.__all__
        if inspect.isfunction(act := getattr(cases, name)) and ".operations." in act.__module__
        if {"actor", "case_key"} <= set(inspect.signature(act).parameters)
    }
    assert acts - tabled == {"decide_at_once"}, "its test stands above: only an instant item would let it succeed"


def _of_two_places(rights_here: str, rights_there: str) -> Actor:
    """Return an official with one role in 南关区 and another in 朝阳区."""
    user_id = accounts.create_official(actor=SYSTEM, username="x.two.places", real_name="兼示例", at=AT)
    for role, region in ((rights_here, "220102000000"), (rights_there, "220104000000")):
        access.grant_role(actor=SYSTEM, user_id=user_id, role=role, region_code=region, valid_from=AT.date(), at=AT)
    return Actor(user_id=user_id, name="兼示例", is_official=True, trust_level=2)


def test_rights_of_two_places_do_not_add_up(monkeypatch: pytest.MonkeyPatch):
    key, actor = bring_to("review"), _of_two_places("hall_admin", "window_clerk")
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    assert cases.get_case_page(actor=actor, case_key=key, at=NOW).status == "in_review"
    with pytest.raises(NotAllowed):
        cases.unmask_applicant(actor=actor, case_key=key, reason="电话核实", at=NOW)


def test_what_is_not_handed_in_is_seen_by_no_official():
    key, clerk = draft(), official("nanguan.clerk")
    for read in (
        partial(cases.get_case_page, at=AT),
        partial(cases.get_case_file, code="M008"),
        partial(cases.unmask_applicant, reason="电话核实", at=AT),
    ):
        with pytest.raises(CaseNotFound):
            read(actor=clerk, case_key=key)
    assert cases.get_case_page(actor=clerk, case_key=window_draft(), at=AT).status == "draft"


def test_clerk_of_another_place_cannot_write_into_a_draft_that_they_may_look_at(monkeypatch: pytest.MonkeyPatch):
    key, actor = window_draft(), _of_two_places("hall_admin", "window_clerk")
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with pytest.raises(NotAllowed):
        cases.save_draft(actor=actor, case_key=key, answers={"premises_area": 1}, revision=1, at=NOW)
    clerk = official("nanguan.clerk")
    assert cases.save_draft(actor=clerk, case_key=key, answers={"premises_area": 1}, revision=1, at=NOW).revision == 2
