"""Freeze, unfreeze and revoke seals."""

from datetime import datetime

from xiangyun.foundation.access import api as access
from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.events import api as events
from xiangyun.foundation.organisations import api as organisations
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import ValidationError
from xiangyun.kit.transactions import in_one_transaction
from xiangyun.service.seals.errors import SealNotFound, WrongSealStatus
from xiangyun.service.seals.events import SealStatusChanged
from xiangyun.service.seals.models import Seal

Status = Seal.Status


def freeze_seal(*, actor: Actor, seal_id: int, reason: str, at: datetime) -> None:
    """Stop the use of a seal for the time being (lost device, keeper absent).

    Raises: NotAllowed, SealNotFound, WrongSealStatus.
    """
    _change(actor, seal_id, {Status.ACTIVE}, Status.FROZEN, "seals.freeze_seal", reason, at)


def unfreeze_seal(*, actor: Actor, seal_id: int, reason: str, at: datetime) -> None:
    """Allow the use of a frozen seal again.

    Raises: NotAllowed, SealNotFound, WrongSealStatus.
    """
    _change(actor, seal_id, {Status.FROZEN}, Status.ACTIVE, "seals.unfreeze_seal", reason, at)


def revoke_seal(*, actor: Actor, seal_id: int, reason: str, at: datetime) -> None:
    """End a seal for good; what it sealed before stays good, what it seals from now on does not verify.

    Raises: NotAllowed, SealNotFound, WrongSealStatus.
    """
    _change(actor, seal_id, {Status.ACTIVE, Status.FROZEN}, Status.REVOKED, "seals.revoke_seal", reason, at)


@in_one_transaction
def _change(
    actor: Actor,
    seal_id: int,
    allowed: "set[Seal.Status]",
    status: "Seal.Status",
    action: str,
    reason: str,
    at: datetime,
) -> None:
    if not reason.strip():
        raise ValidationError("请填写理由。", reason="请填写理由")
    seal = Seal.objects.select_for_update().filter(pk=seal_id).first()
    if seal is None:
        raise SealNotFound(seal_id=seal_id)
    department = organisations.get_department(id=seal.department_id)
    access.require(actor, "seals.manage_seal", access.Scope.of(department))
    if seal.status not in allowed:
        raise WrongSealStatus(status=seal.status)
    seal.status, seal.reason = status, reason.strip()[:200]
    seal.revoked_at = at if status == Status.REVOKED else None
    seal.save(update_fields=["status", "reason", "revoked_at"])
    audit.record(
        actor=actor,
        action=action,
        subject_type="seals.seal",
        subject_id=seal.pk,
        label=seal.name,
        reason=seal.reason,
        risk="high",
        at=at,
    )
    events.publish(SealStatusChanged(seal_id=seal.pk, department_id=seal.department_id, status=status, at=at))
