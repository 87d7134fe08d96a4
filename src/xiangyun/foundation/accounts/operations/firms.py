"""Firms and for whom a person acts: creating a firm, giving and taking back mandates, switching the subject."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

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
from xiangyun.foundation.accounts.events import FirmCreated, MandateGiven, MandateRevoked, SubjectSwitched
from xiangyun.foundation.accounts.models import Firm, Mandate, User
from xiangyun.foundation.accounts.permissions import require_somewhere
from xiangyun.foundation.accounts.queries.firms import Subject, find_subject
from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.events import api as events
from xiangyun.kit.actors import Actor
from xiangyun.kit.codes import check_uscc
from xiangyun.kit.errors import ValidationError
from xiangyun.kit.transactions import in_one_transaction

MAX_MANDATE_YEARS = 3


@in_one_transaction
def create_firm(*, actor: Actor, uscc: str, name: str, at: datetime, **facts: Any) -> int:
    """Write a firm down; `facts` are its columns (`kind`, `legal_rep_id`, `address`, `region_id`, `industry`, …).

    Raises: NotAllowed, ValidationError, FirmExists.
    """
    require_somewhere(actor, "accounts.manage_firms", at)
    firm = Firm(uscc=check_uscc(uscc), name=name.strip(), updated_on=timezone.localdate(at), **facts)
    try:
        with transaction.atomic():
            firm.save(force_insert=True)
    except IntegrityError as error:
        raise FirmExists(uscc=uscc) from error
    _record(actor, "accounts.create_firm", firm, {}, at)
    events.publish(FirmCreated(firm_id=firm.pk, at=at))
    return firm.pk


@in_one_transaction
def give_mandate(
    *,
    actor: Actor,
    firm_id: int,
    person_id: int,
    at: datetime,
    scope: str = "代为办理政务服务事项",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> int:
    """Let a person act for a firm; only its legal representative may, for three years at most.

    The firm's row is locked, so that the same mandate given twice at once is given once.

    Raises: FirmNotFound, NotLegalRepresentative, PersonNotFound, RealNameRequired, AlreadyMandated, ValidationError.
    """
    firm = Firm.objects.select_for_update().filter(pk=firm_id, status=Firm.Status.ACTIVE).first()
    if firm is None:
        raise FirmNotFound(firm_id=firm_id)
    if not actor.is_system and actor.user_id != firm.legal_rep_id:
        raise NotLegalRepresentative
    person = User.objects.filter(pk=person_id, is_active=True).first()
    if person is None:
        raise PersonNotFound
    if person.real_name_level < User.RealNameLevel.NAME_AND_ID:
        raise RealNameRequired("对方尚未完成实名认证，请其先在“我的账号”中办理。")
    if person.pk == firm.legal_rep_id:
        raise ValidationError(person="法定代表人可以直接以该单位身份办事，请填写其他经办人")
    since = valid_from or timezone.localdate(at)
    _check_period(since, valid_to, timezone.localdate(at))
    overlapping = Mandate.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=since), firm=firm, person=person, revoked_at__isnull=True
    )
    if valid_to is not None:
        overlapping = overlapping.filter(valid_from__lte=valid_to)
    if overlapping.exists():
        raise AlreadyMandated
    giver = actor.user_id if actor.user_id is not None else firm.legal_rep_id
    if giver is None:
        raise NotLegalRepresentative("该单位没有登记法定代表人，不能授权。")
    mandate = Mandate.objects.create(
        firm=firm,
        person=person,
        scope=scope.strip() or "代为办理政务服务事项",
        valid_from=since,
        valid_to=valid_to,
        given_by_id=giver,
        given_at=at,
    )
    _record(actor, "accounts.give_mandate", firm, {"mandate_id": mandate.pk, "person_id": person.pk}, at, risk="high")
    events.publish(MandateGiven(mandate_id=mandate.pk, firm_id=firm.pk, person_id=person.pk, at=at))
    return mandate.pk


def _check_period(since: date, until: date | None, today: date) -> None:
    if until is None:
        return
    if until < since or until < today:
        raise ValidationError(valid_to="截止日期不能早于起始日期和今天，请重新选择")
    if until.year - since.year > MAX_MANDATE_YEARS:
        raise ValidationError(valid_to="授权期限最长三年，请重新选择截止日期")


@in_one_transaction
def revoke_mandate(*, actor: Actor, mandate_id: int, at: datetime, reason: str = "") -> None:
    """Take a mandate back at once; the legal representative may, and so may the person who holds it.

    Raises: MandateNotFound.
    """
    mandate = (
        Mandate.objects.select_for_update(of=("self",))
        .select_related("firm")
        .filter(pk=mandate_id, revoked_at__isnull=True)
        .first()
    )
    # to others it does not exist: they must not learn who acts for whom
    allowed = mandate is not None and (
        actor.is_system or actor.user_id in {mandate.firm.legal_rep_id, mandate.person_id} - {None}
    )
    if mandate is None or not allowed:
        raise MandateNotFound(mandate_id=mandate_id)
    mandate.revoked_at = at
    mandate.save(update_fields=["revoked_at"])
    details = {"mandate_id": mandate.pk, "person_id": mandate.person_id}
    _record(actor, "accounts.revoke_mandate", mandate.firm, details, at, reason=reason, risk="high")
    events.publish(MandateRevoked(mandate_id=mandate.pk, firm_id=mandate.firm_id, person_id=mandate.person_id, at=at))


@in_one_transaction
def switch_subject(*, actor: Actor, firm_id: int | None, at: datetime) -> Subject:
    """Begin to act for a firm, or (None) for oneself again; the caller keeps the answer in the session.

    The account remembers it as well, so that a lost session can be taken up where it ended.

    Raises: NotYourSubject.
    """
    if actor.user_id is None:
        raise NotYourSubject
    subject = Subject(firm_id=None, name=actor.name, code="", title="本人")
    if firm_id is not None:
        found = find_subject(user_id=actor.user_id, firm_id=firm_id, on=timezone.localdate(at))
        if found is None:
            raise NotYourSubject(firm_id=firm_id)
        subject = found
    User.objects.filter(pk=actor.user_id).update(acts_for_id=firm_id)
    audit.record(
        actor=actor,
        action="accounts.switch_subject",
        subject_type="accounts.firm" if firm_id else "accounts.user",
        subject_id=firm_id or actor.user_id,
        label=subject.name if firm_id else "本人",
        at=at,
    )
    events.publish(SubjectSwitched(user_id=actor.user_id, firm_id=firm_id, at=at))
    return subject


def _record(
    actor: Actor, action: str, firm: Firm, details: dict[str, Any], at: datetime, reason: str = "", risk: str = "normal"
) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_type="accounts.firm",
        subject_id=firm.pk,
        label=firm.name,
        details=details,
        reason=reason,
        risk=risk,
        at=at,
    )
