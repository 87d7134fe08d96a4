"""Reads of the audit record: key-set pages, newest first, and the check of a record's digest."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q

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

    @property
    def action_name(self) -> str:
        """What was done; its code where the app that did it is gone."""
        return _find_action_name(self.action) or self.action

    @property
    def subject_name(self) -> str:
        """What kind of object it was done to: types are models by their label."""
        label, _, model = self.subject_type.partition(".")
        found = apps.all_models.get(label, {}).get(model)
        return str(found._meta.verbose_name) if found else self.subject_type

    @property
    def risk_name(self) -> str:
        """How grave the act is."""
        return AuditRecord.Risk(self.risk).label


_COLUMNS = [f.name for f in fields(AuditEntry)]
_SIGNED = [name for name in _COLUMNS if name not in ("id", "digest")]


def digest_of(record: AuditRecord | AuditEntry) -> str:
    """Return the SM3 of the record's content in one fixed spelling (sorted JSON, UTC times)."""
    content = {name: getattr(record, name) for name in _SIGNED}
    content["at"] = record.at.astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), cls=DjangoJSONEncoder)
    return sm3(text.encode()).hex()


def get_action_name(*, action: str) -> str:
    """Return what an action is called; an app declares its own as `audited = {verb: name}` in its AppConfig.

    Raises: LookupError for one that is not declared.
    """
    name = _find_action_name(action)
    if name is None:
        raise LookupError(f"{action} is not declared in the AppConfig of its app")
    return name


def _find_action_name(action: str) -> str | None:
    label, _, verb = action.partition(".")
    names: dict[str, str] = getattr(apps.app_configs.get(label), "audited", {})
    return names.get(verb)


def list_records(
    *,
    subject_type: str = "",
    subject_id: str | int = "",
    user_id: int | None = None,
    risk: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[AuditEntry]:
    """List records newest first; `before` is the id of the last one of the page before (key-set, no offset).

    By the time of the act and not by id, because the index of each filter ends with the time.
    Right to read is checked by the page that shows them: audit lies below the rights.
    """
    wanted = {
        "subject_type": subject_type or None,
        "subject_id": str(subject_id) or None,
        "user_id": user_id,
        "risk": risk or None,
        "at__gte": since,
        "at__lt": until,
    }
    rows = AuditRecord.objects.filter(**{name: value for name, value in wanted.items() if value is not None})
    if before is not None:
        last = AuditRecord.objects.filter(pk=before).values_list("at", flat=True).first()
        rows = rows.filter(Q(at=last, pk__lt=before) | Q(at__lt=last), at__lte=last) if last else rows.none()
    return [AuditEntry(**row) for row in rows.order_by("-at", "-pk").values(*_COLUMNS)[:limit]]


def list_altered(*, entries: Iterable[AuditEntry]) -> list[int]:
    """List the ids of those entries whose content no longer gives their digest."""
    return [entry.id for entry in entries if digest_of(entry) != entry.digest]
