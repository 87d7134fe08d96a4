"""The audit record as its readers see it: whom a search means, and rows without personal data in the clear."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import PurePath
from typing import Any

from django.apps import apps
from django.utils import timezone

from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.audit import api as audit
from xiangyun.kit.privacy import blot_numbers, mask
from xiangyun.service.cases import api as cases

CASE = "cases.case"
RISKS = [choice for choice in audit.Risk.choices if choice[0] != audit.Risk.NORMAL]
_FILE = "files.storedfile"
_TONES = {audit.Risk.HIGH: "danger", audit.Risk.SENSITIVE: "warning"}


@dataclass(frozen=True)
class Search:
    """What the reader asked for: days, a login name, a case number or a `type:id`, a risk."""

    since: date | None = None
    until: date | None = None
    operator: str = ""
    subject: str = ""
    risk: str = ""

    def narrowed(self) -> dict[str, Any] | None:
        """Return the search as audit takes it, None where it means nobody or nothing; two queries at most."""
        narrowed: dict[str, Any] = {"risk": self.risk}
        if self.since:
            narrowed["since"] = _midnight(self.since)
        if self.until:
            narrowed["until"] = _midnight(self.until + timedelta(days=1))
        if self.operator:
            narrowed["user_id"] = accounts.find_user_by_username(self.operator)
        if self.subject:
            narrowed["subject_type"], narrowed["subject_id"] = _subject(self.subject)
        return None if None in narrowed.values() else narrowed


@dataclass(frozen=True, kw_only=True)
class Row:
    """One record as shown."""

    id: int
    at: datetime
    operator: str
    role: str
    firm: str
    action: str
    subject_name: str
    subject: str
    label: str
    reason: str
    ip: str
    risk: str
    tone: str
    is_altered: bool
    details: str


def list_rows(entries: list[audit.AuditEntry]) -> list[Row]:
    """Return the records as shown, each with whether its digest still holds."""
    altered = set(audit.list_altered(entries=entries))
    return [_row(entry, entry.id in altered) for entry in entries]


def _row(entry: audit.AuditEntry, is_altered: bool) -> Row:
    is_citizen = entry.user_id is not None and not entry.is_official
    return Row(
        id=entry.id,
        at=entry.at,
        operator=mask("name", entry.user_name) if is_citizen else entry.user_name,
        role="工作人员" if entry.is_official else "个人" if is_citizen else "",
        firm=entry.firm_name,
        action=entry.action_name,
        subject_name=entry.subject_name,
        subject=f"{entry.subject_type}:{entry.subject_id}" if entry.subject_id else "",
        label=_label(entry),
        reason=blot_numbers(entry.reason),
        ip=entry.ip,
        risk=entry.risk_name,
        tone=_TONES.get(audit.Risk(entry.risk), ""),
        is_altered=is_altered,
        details=_details(entry),
    )


def _label(entry: audit.AuditEntry) -> str:
    # people name their files as they like, after themselves too
    if entry.subject_type == _FILE:
        return mask("hidden", entry.label) + PurePath(entry.label).suffix
    return blot_numbers(entry.label)


def _details(entry: audit.AuditEntry) -> str:
    facts = {
        "操作代码": entry.action,
        "对象": f"{entry.subject_type}:{entry.subject_id}",
        "操作人编号": entry.user_id,
        "渠道": entry.channel,
        "会话": entry.session,
        "跟踪号": entry.trace,
        "内容": blot_numbers(json.dumps(entry.details, ensure_ascii=False)) if entry.details else "",
        "摘要（SM3）": entry.digest,
    }
    return "\n".join(f"{name}：{value}" for name, value in facts.items() if value not in ("", None))


def _subject(text: str) -> tuple[str | None, str | int | None]:
    kind, colon, subject_id = text.partition(":")
    if not colon:
        return CASE, cases.find_case_id(number=text)
    label, _, model = kind.partition(".")
    return (kind if model in apps.all_models.get(label, {}) else None), subject_id or None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
