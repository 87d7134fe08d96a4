"""Mandates (经办人授权): a firm's legal representative lets another person act for it, and takes that back."""

from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from xiangyun.foundation.accounts.errors import (
    AlreadyMandated,
    FirmNotFound,
    MandateNotFound,
    NotLegalRepresentative,
    PersonNotFound,
    RealNameRequired,
)
from xiangyun.foundation.accounts.events import MandateGiven, MandateRevoked
from xiangyun.foundation.accounts.models import Firm, Mandate, User
from xiangyun.foundation.accounts.operations.traces import record_of_firm
from xiangyun.foundation.events import api as events
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import ValidationError
from xiangyun.kit.transactions import in_one_transaction

MAX_YEARS = 3
ANY_ITEM = "代为办理政务服务事项"


@in_one_transaction
def give_mandate(
    *,
    actor: Actor,
    firm_id: int,
    person_id: int,
    at: datetime,
    scope: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> int:
    """Let a person act for a firm, for three years at most or (None) until it is taken back; return the mandate's id.

    The firm's row is locked, so that the same mandate given twice at once is given once.

    Raises: FirmNotFound, NotLegalRepresentative, PersonNotFound, RealNameRequired, AlreadyMandated, ValidationError.
    """
    firm = Firm.objects.select_for_update().filter(pk=firm_id, status=Firm.Status.ACTIVE).first()
    if firm is None:
        raise FirmNotFound(firm_id=firm_id)
    mandate = Mandate(
        given_by_id=_giver_of(firm, actor),
        firm=firm,
        person=_agent_of(firm, person_id),
        scope=scope.strip() or ANY_ITEM,
        valid_from=valid_from or timezone.localdate(at),
        valid_to=valid_to,
        given_at=at,
    )
    _check_period(mandate.valid_from, valid_to, timezone.localdate(at))
    _refuse_overlap(mandate)
    mandate.save(force_insert=True)
    details = {"mandate_id": mandate.pk, "person_id": person_id}
    record_of_firm(actor, "accounts.give_mandate", firm, details, at, risk="high")
    events.publish(MandateGiven(mandate_id=mandate.pk, firm_id=firm.pk, person_id=person_id, at=at))
    return mandate.pk


def _giver_of(firm: Firm, actor: Actor) -> int:
    """Return who gives mandates of the firm: its legal representative, in whose name the system may act."""
    if firm.legal_rep_id is None:
        raise NotLegalRepresentative("该单位没有登记法定代表人，不能授权。")
    if not actor.is_system and actor.user_id != firm.legal_rep_id:
        raise NotLegalRepresentative
    return firm.legal_rep_id


def _agent_of(firm: Firm, person_id: int) -> User:
    person = User.objects.filter(pk=person_id, is_active=True).first()
    if person is None:
        raise PersonNotFound
    if person.real_name_level < User.RealNameLevel.NAME_AND_ID:
        raise RealNameRequired("对方尚未完成实名认证，请其先在“我的账号”中办理。")
    if person.pk == firm.legal_rep_id:
        raise ValidationError(person="法定代表人可以直接以该单位身份办事，请填写其他经办人")
    return person


def _check_period(since: date, until: date | None, today: date) -> None:
    if until is None:
        return
    if until < since or until < today:
        raise ValidationError(valid_to="截止日期不能早于起始日期和今天，请重新选择")
    if (until.year - MAX_YEARS, until.month, until.day) > (since.year, since.month, since.day):
        raise ValidationError(valid_to="授权期限最长三年，请重新选择截止日期")


def _refuse_overlap(mandate: Mandate) -> None:
    others = Mandate.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=mandate.valid_from),
        firm=mandate.firm,
        person=mandate.person,
        revoked_at__isnull=True,
    )
    if mandate.valid_to is not None:
        others = others.filter(valid_from__lte=mandate.valid_to)
    if others.exists():
        raise AlreadyMandated


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
    record_of_firm(actor, "accounts.revoke_mandate", mandate.firm, details, at, reason=reason, risk="high")
    events.publish(MandateRevoked(mandate_id=mandate.pk, firm_id=mandate.firm_id, person_id=mandate.person_id, at=at))
