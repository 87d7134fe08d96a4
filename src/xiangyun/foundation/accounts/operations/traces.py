"""How acts on accounts and firms are written down: citizens masked, officials and firms by name."""

from datetime import datetime
from typing import Any

from xiangyun.foundation.accounts.models import Firm, User
from xiangyun.foundation.audit import api as audit
from xiangyun.kit.actors import Actor
from xiangyun.kit.privacy import mask


def record(
    actor: Actor, action: str, user: User, details: dict[str, Any], at: datetime, reason: str = "", risk: str = "normal"
) -> None:
    """Write the audit record of an act on an account."""
    audit.record(
        actor=actor,
        action=action,
        subject_type="accounts.user",
        subject_id=user.pk,
        label=user.real_name if user.is_official else mask("name", user.real_name),
        details=details,
        reason=reason,
        risk=risk,
        at=at,
    )


def record_of_firm(
    actor: Actor, action: str, firm: Firm, details: dict[str, Any], at: datetime, reason: str = "", risk: str = "normal"
) -> None:
    """Write the audit record of an act on a firm."""
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
