"""Wallet, presenting, verifying, using, and the life cycle."""

import os
from datetime import timedelta

import pytest

from xiangyun.kit.actors import SYSTEM, Actor
from xiangyun.kit.errors import NotAllowed, ValidationError
from xiangyun.kit.ofd import pack, unpack
from xiangyun.service.certificates import api as certificates
from xiangyun.service.certificates.errors import (
    BadIdentifier,
    BadPresentCode,
    CertificateNotFound,
    NotInForce,
    PresentCodeExpired,
    PresentCodeUsed,
    TrustTooLow,
    WrongHolder,
    WrongStatus,
)
from xiangyun.service.certificates.models import CertificateUse, PresentCode
from xiangyun.service.certificates.queries.files import read_file
from xiangyun.service.certificates.tests.factories import (
    actor_of,
    issue_to_firm,
    issue_to_person,
    make_firm,
    make_user,
    ready,
)
from xiangyun.service.seals.tests.factories import AT

pytestmark = pytest.mark.django_db
OTHER_ID = "220000198707219047"


def present(actor: Actor, certificate_id: int, at: object = AT) -> certificates.Presented:
    return certificates.present_certificate(actor=actor, certificate_id=certificate_id, nonce=os.urandom(12), at=at)


def test_wallet_holds_ones_own_or_the_firms(django_assert_num_queries: object) -> None:
    department_id, user, firm = ready(), make_user(), make_firm()
    card, licence = issue_to_person(department_id, user), issue_to_firm(department_id, firm)
    assert [c.id for c in certificates.list_wallet(actor=actor_of(user), at=AT)] == [card.id]
    assert [c.id for c in certificates.list_wallet(actor=actor_of(user, firm), at=AT)] == [licence.id]
    assert certificates.list_wallet(actor=actor_of(make_user("钱示二", OTHER_ID)), at=AT) == []
    issue_to_person(department_id, user, key="social_card")
    with django_assert_num_queries(1):
        assert len(certificates.list_wallet(actor=actor_of(user), at=AT)) == 2


def test_expired_is_computed_on_read() -> None:
    department_id, firm = ready(), make_firm()
    made = issue_to_firm(department_id, firm)
    last_day, after = AT + timedelta(days=365 * 5), AT + timedelta(days=365 * 5 + 3)
    assert certificates.verify_identifier(identifier=made.identifier, at=last_day).in_force
    late = certificates.verify_identifier(identifier=made.identifier, at=after)
    assert (late.status, late.status_name, late.in_force) == ("05", "已过期", False)
    assert certificates.list_in_force(firm_id=firm.pk, at=after) == []


def test_present_is_verified_once_within_a_minute() -> None:
    department_id, user = ready(), make_user()
    made = issue_to_person(department_id, user)
    shown = present(actor_of(user), made.id)
    assert shown.seconds == 60
    assert shown.address.endswith(f"/verify/p/{shown.token}/")
    seen = certificates.verify_present_token(token=shown.token, at=AT + timedelta(seconds=30), ip="10.0.0.9")
    assert seen.facts.holder_name == "赵*一"
    assert seen.facts.type_name == "居民身份证"
    with pytest.raises(PresentCodeUsed):
        certificates.verify_present_token(token=shown.token, at=AT + timedelta(seconds=31))
    uses = certificates.list_uses(actor=actor_of(user))
    assert [use.kind for use in uses] == ["verify", "present"]


def test_present_code_dies_after_a_minute() -> None:
    department_id, user = ready(), make_user()
    shown = present(actor_of(user), issue_to_person(department_id, user).id)
    with pytest.raises(PresentCodeExpired):
        certificates.verify_present_token(token=shown.token, at=AT + timedelta(seconds=60))
    assert certificates.delete_stale_codes(at=AT + timedelta(hours=1)) == 0
    assert certificates.delete_stale_codes(at=AT + timedelta(days=2)) == 1


@pytest.mark.parametrize("position", [0, 1, 5, 14, 20, 60, 107])
def test_forged_code_is_refused(position: int) -> None:
    department_id, user = ready(), make_user()
    token = present(actor_of(user), issue_to_person(department_id, user).id).token
    letter = "A" if token[position] != "A" else "B"
    with pytest.raises(BadPresentCode):
        certificates.verify_present_token(token=token[:position] + letter + token[position + 1 :], at=AT)
    assert PresentCode.objects.filter(used_at__isnull=False).count() == 0


@pytest.mark.parametrize("token", ["", "x", "码", "A" * 108, "A" * 500, "=" * 108, "..%2f"])
def test_junk_is_no_code(token: str) -> None:
    with pytest.raises(BadPresentCode):
        certificates.verify_present_token(token=token, at=AT)


def test_present_needs_own_certificate_in_force_and_a_confirmed_name() -> None:
    department_id, user, firm = ready(), make_user(), make_firm()
    card, licence = issue_to_person(department_id, user), issue_to_firm(department_id, firm)
    stranger = actor_of(make_user("钱示二", OTHER_ID))
    for actor, number in ((stranger, card.id), (actor_of(user), licence.id), (actor_of(user, firm), card.id)):
        with pytest.raises(CertificateNotFound):
            present(actor, number)
    with pytest.raises(TrustTooLow) as refused:  # 人脸或银行卡, where a pack says nothing else
        present(actor_of(user, trust_level=2), card.id)
    assert refused.value.details == {"required": 3}
    shown = present(actor_of(user, firm), licence.id)
    certificates.change_status(actor=SYSTEM, certificate_id=licence.id, act="revoke", reason="以欺骗手段取得", at=AT)
    with pytest.raises(NotInForce):
        present(actor_of(user, firm), licence.id)
    with pytest.raises(NotInForce):
        certificates.verify_present_token(token=shown.token, at=AT)


def test_identifier_tells_only_what_the_public_may_know() -> None:
    department_id, user = ready(), make_user()
    made = issue_to_person(department_id, user)
    facts = certificates.verify_identifier(identifier=made.identifier.lower(), at=AT)
    assert (facts.holder_name, facts.in_force, facts.status_name, facts.is_demo) == ("赵*一", True, "有效", True)
    assert "220000198503129031" not in str(facts)
    wrong = made.identifier[:-1] + ("0" if made.identifier[-1] != "0" else "1")
    for bad in (wrong, "", "x", "1.2.3", "'; drop table--", "\x00"):
        with pytest.raises(BadIdentifier):
            certificates.verify_identifier(identifier=bad, at=AT)


def test_case_takes_the_applicants_certificate() -> None:
    department_id, user = ready(), make_user()
    made = issue_to_person(department_id, user)
    certificates.consume(
        actor=actor_of(user), identifier=made.identifier, case_key="case-1", purpose="办理高龄津贴", at=AT
    )
    use = certificates.list_uses(actor=actor_of(user))[0]
    assert (use.kind_name, use.purpose, use.case_no) == ("用证", "办理高龄津贴", "case-1")


def test_only_the_applicants_certificates_may_be_taken() -> None:
    department_id, user, boss = ready(), make_user(), make_user("韩示一六", "22000019880229933X")
    firm = make_firm(legal_rep=boss)
    card = issue_to_person(department_id, user)
    licence = issue_to_firm(department_id, firm)
    boss_card = issue_to_person(department_id, boss)
    stranger = make_user("钱示二", OTHER_ID)
    clerk = Actor(user_id=stranger.pk, name="窗口", is_official=True)

    def take(actor: Actor, taken: certificates.CertificateRef, **holder: int) -> None:
        certificates.consume(actor=actor, identifier=taken.identifier, case_key="c", purpose="p", at=AT, **holder)

    take(actor_of(user, firm), licence)
    take(actor_of(user, firm), boss_card)
    take(clerk, card, holder_user_id=user.pk)
    for actor, taken, holder in (
        (actor_of(stranger), card, {}),
        (actor_of(user), licence, {}),
        (actor_of(user), boss_card, {}),
        (actor_of(stranger), card, {"holder_user_id": user.pk}),
        (actor_of(stranger), licence, {"holder_firm_id": firm.pk}),
        (clerk, card, {}),
        (clerk, card, {"holder_user_id": boss.pk}),
    ):
        with pytest.raises(WrongHolder):
            take(actor, taken, **holder)
    certificates.change_status(actor=SYSTEM, certificate_id=card.id, act="withhold", reason="核查", at=AT)
    with pytest.raises(NotInForce):
        take(actor_of(user), card)
    assert CertificateUse.objects.filter(kind="consume").count() == 3


def test_life_cycle_follows_its_table() -> None:
    department_id, firm = ready(), make_firm()
    made = issue_to_firm(department_id, firm)

    def act(name: str, actor: Actor = SYSTEM, reason: str = "依法处理") -> str:
        return certificates.change_status(
            actor=actor, certificate_id=made.id, act=name, reason=reason, document_no="朝市监罚〔2026〕1号", at=AT
        ).status

    for name in ("release",):
        with pytest.raises(WrongStatus):
            act(name)
    assert act("withhold") == "02"
    assert act("release") == "01"
    with pytest.raises(ValidationError):
        act("cancel", reason="")
    with pytest.raises(ValidationError):
        act("burn")
    with pytest.raises(NotAllowed):
        act("cancel", actor=Actor(user_id=5, name="张三", is_official=True))
    assert act("cancel") == "04"
    for name in ("withhold", "release", "cancel", "revoke", "strip"):
        with pytest.raises(WrongStatus):
            act(name)
    checked = certificates.verify_file(data=read_file(certificate_id=made.id), at=AT)
    assert [step.name for step in checked.steps if step.status == "fail"] == ["state"]
    assert not certificates.verify_identifier(identifier=made.identifier, at=AT).in_force


def test_verified_file_names_what_changed() -> None:
    department_id, firm = ready(), make_firm()
    data = read_file(certificate_id=issue_to_firm(department_id, firm).id)

    def failures(name: str, old: str, new: str) -> list[str]:
        parts = unpack(data)
        assert old.encode() in parts[name]
        parts[name] = parts[name].replace(old.encode(), new.encode(), 1)
        checked = certificates.verify_file(data=pack(parts), at=AT)
        assert not checked.is_valid
        return [step.name for step in checked.steps if step.status == "fail"]

    assert failures("Doc_0/Pages/Page_0/Content.xml", "示例餐饮", "别家餐饮") == ["protected_files", "register"]
    assert failures("OFD.xml", "20311119", "20411119") == ["protected_files", "register"]
    assert failures("Doc_0/Signs/Sign_0/Seal.esl", "PNG", "PNH") == ["protected_files", "register"]
    assert failures("Doc_0/Signs/Sign_0/SignedValue.dat", "专用章", "公用章") == [
        "maker_signature", "holder_signature", "protected_files", "register",
    ]  # fmt: skip


def test_foreign_files_are_told_apart() -> None:
    from xiangyun.kit.ofd.tests.samples import sealed

    ready()
    checked = certificates.verify_file(data=sealed(), at=AT + timedelta(hours=1))
    failed = [step.name for step in checked.steps if step.status == "fail"]
    assert failed == ["maker_chain", "holder_chain", "register"]
    for junk in (b"", b"junk", b"%PDF-1.7 x"):
        assert [s.name for s in certificates.verify_file(data=junk, at=AT).steps if s.status == "fail"] == ["format"]
    assert "视读件" in certificates.verify_file(data=b"%PDF-1.7 x", at=AT).steps[0].detail
