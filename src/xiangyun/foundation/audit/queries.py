"""Reads of the audit record: key-set pages, newest first, and the check of a record's digest."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from xiangyun.foundation.audit.models import AuditRecord
from xiangyun.kit.guomi import sm3


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """One record as read."""

    id: int
    at: datetime
    user_id: int | None
    user_name: str
    is_official: bool
    firm_id: int | None
    firm_name: str
    channel: str
    ip: str
    session: str
    trace: str
    action: str
    subject_type: str
    subject_id: str
    label: str
    details: dict[str, Any]
    reason: str
    risk: str
    digest: str


_COLUMNS = [f.name for f in fields(AuditEntry)]
_SIGNED = [name for name in _COLUMNS if name not in ("id", "digest")]


def digest_of(record: AuditRecord | AuditEntry) -> str:
    """Return the SM3 of the record's content in one fixed spelling (sorted JSON, UTC times)."""
    content = {name: getattr(record, name) for name in _SIGNED}
    content["at"] = record.at.astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), cls=DjangoJSONEncoder)
    return sm3(text.encode()).hex()


def list_records(
    *,
    subject_type: str = "",
    subject_id: str | int = "",
    user_id: int | None = None,
    action: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[AuditEntry]:
    """List records newest first; `before` is the last id of the page before (key-set, no offset).

    Right to read is checked by the page that shows them: audit lies below the rights.
    """
    rows = AuditRecord.objects.order_by("-id")
    wanted = {
        "subject_type": subject_type or None,
        "subject_id": str(subject_id) or None,
        "user_id": user_id,
        "action": action or None,
        "at__gte": since,
        "at__lt": until,
        "id__lt": before,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    return [AuditEntry(**row) for row in rows.values(*_COLUMNS)[:limit]]


def list_altered(*, entries: Iterable[AuditEntry]) -> list[int]:
    """List the ids of those entries whose content no longer gives their digest."""
    return [entry.id for entry in entries if digest_of(entry) != entry.digest]
