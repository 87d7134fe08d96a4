"""Personal data in full: shown to its holder, or to an official with a reason, and written down (GB/T 35273 7.1)."""

from collections.abc import Sequence
from datetime import date, datetime

from xiangyun.foundation.accounts.errors import FieldNotMasked
from xiangyun.foundation.accounts.events import PersonalDataUnmasked
from xiangyun.foundation.accounts.permissions import require_somewhere
from xiangyun.foundation.accounts.queries import people
from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.events import api as events
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import ValidationError
from xiangyun.kit.privacy import mask
from xiangyun.kit.transactions import in_one_transaction


@in_one_transaction
def unmask(*, actor: Actor, user_id: int, field: str, reason: str, at: datetime) -> str:
    """Return a personal field in full and write down who looked at it and why.

    The holder may see their own; an official needs the right and a reason.

    Raises: NotAllowed, ValidationError, FieldNotMasked, PersonNotFound.
    """
    _check_unmasking(actor, user_id, [field], reason, at)
    profile = people.get_user_profile(user_id)
    value = getattr(profile, field)
    _record_unmasking(actor, user_id, profile.real_name, [field], reason, "", at)
    return value.isoformat() if isinstance(value, date) else str(value)


@in_one_transaction
def record_unmasking(
    *, actor: Actor, user_id: int, fields: Sequence[str], reason: str, at: datetime, case: str = ""
) -> None:
    """Write down that the actor saw personal fields in full in another app's record (a case); the caller shows them.

    Raises: NotAllowed, ValidationError, FieldNotMasked.
    """
    _check_unmasking(actor, user_id, fields, reason, at)
    name = people.list_people(user_ids=[user_id]).get(user_id)
    _record_unmasking(actor, user_id, name.real_name if name else "", fields, reason, case, at)


def _check_unmasking(actor: Actor, user_id: int, fields: Sequence[str], reason: str, at: datetime) -> None:
    for field in fields:
        if field not in people.PERSON_MASKS:
            raise FieldNotMasked(field=field)
    if actor.user_id != user_id:
        require_somewhere(actor, "accounts.unmask_person", at)
        if len(reason.strip()) < 2:
            raise ValidationError("请填写查看完整信息的理由。", reason="请填写查看理由")


def _record_unmasking(
    actor: Actor, user_id: int, name: str, fields: Sequence[str], reason: str, case: str, at: datetime
) -> None:
    audit.record(
        actor=actor,
        action="accounts.unmask",
        subject_type="accounts.user",
        subject_id=user_id,
        label=mask("name", name),
        details={"fields": list(fields), "case": case} if case else {"fields": list(fields)},
        reason=reason.strip(),
        risk="normal" if actor.user_id == user_id else "high",
        at=at,
    )
    for field in fields:
        events.publish(PersonalDataUnmasked(user_id=user_id, field=field, seen_by=actor.user_id, at=at))
