"""The one write: a record in the transaction of the act; carrying records away is an act too."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from xiangyun.foundation.audit import queries
from xiangyun.foundation.audit.models import AuditRecord
from xiangyun.kit.actors import Actor
from xiangyun.kit.rows import append_rows
from xiangyun.kit.transactions import in_one_transaction


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
) -> None:
    """Write who did what; `details` holds plain values, personal data only masked.

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
    append_rows([row])


@in_one_transaction
def export_records(*, actor: Actor, limit: int, at: datetime, **narrowed: Any) -> list[queries.AuditEntry]:
    """Return records to be carried away, narrowed as in `list_records`, and record who took how many of which.

    The caller checks the right.
    """
    rows = queries.list_records(limit=limit, **narrowed)
    record(
        actor=actor,
        action="audit.export_records",
        subject_type="audit.auditrecord",
        subject_id="",
        label=f"{len(rows)} 条",
        details={name: value for name, value in narrowed.items() if value},
        risk=AuditRecord.Risk.SENSITIVE,
        at=at,
    )
    return rows
