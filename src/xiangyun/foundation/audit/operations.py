"""The one write: a record in the transaction of the act."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from xiangyun.foundation.audit import queries
from xiangyun.foundation.audit.models import AuditRecord
from xiangyun.kit.actors import Actor


def record(
    *,
    actor: Actor,
    action: str,
    subject_type: str,
    subject_id: str | int,
    at: datetime,
    label: str = "",
    details: Mapping[str, Any] | None = None,
    reason: str = "",
    risk: str = AuditRecord.Risk.NORMAL,
) -> int:
    """Write who did what; `details` holds plain values, personal data only masked. Return the record's id.

    It shares the caller's transaction on purpose: an act without its record must not exist, nor the reverse.
    """
    row = AuditRecord(
        at=at,
        user_id=actor.user_id,
        user_name=actor.name[:100],
        is_official=actor.is_official,
        firm_id=actor.firm_id,
        firm_name=actor.firm_name[:200],
        channel=actor.channel,
        ip=actor.ip,
        session=actor.session,
        trace=actor.trace,
        action=action,
        subject_type=subject_type,
        subject_id=str(subject_id),
        label=label[:200],
        # through JSON once, so that the digest is taken of what will be read back
        details=json.loads(json.dumps(dict(details or {}), cls=DjangoJSONEncoder)),
        reason=reason,
        risk=risk,
    )
    row.digest = queries.digest_of(row)
    row.save(force_insert=True)
    return row.id
