"""Deadlines and states in words and colour."""

from django import template
from django.utils import timezone

from xiangyun.service.cases import api as cases

register = template.Library()

TONES = {
    cases.Status.SUBMITTED: "info",
    cases.Status.PRE_REVIEW: "info",
    cases.Status.RECEIVED: "info",
    cases.Status.IN_REVIEW: "info",
    cases.Status.CERTIFYING: "info",
    cases.Status.DELIVERING: "gold",
    cases.Status.SUPPLEMENT_PENDING: "warning",
    cases.Status.SPECIAL_PROCEDURE: "warning",
    cases.Status.COMPLETED: "success",
    cases.Status.REFUSED: "danger",
}
TRUST = {"A": "A 权威数据", "B": "B 窗口核对", "C": "C 申请人提供", "D": "D 系统生成或承诺"}
_PAUSED = (cases.Status.SUPPLEMENT_PENDING, cases.Status.SPECIAL_PROCEDURE)


@register.filter
def tone(status: str) -> str:
    """Return the colour of a case state."""
    return TONES.get(cases.Status(status), "neutral")


@register.filter
def trust(level: str) -> str:
    """Return a trust level in words."""
    return TRUST.get(level, "")


@register.filter
def get(values: dict[str, str], key: str) -> str:
    """Return a value of a mapping."""
    return values.get(key, "")


@register.filter
def deadline(row: cases.CaseRow) -> dict[str, str]:
    """Say until when a row must be dealt with, how urgent that is, and in which colour."""
    if row.status in _PAUSED:
        return {"tone": "warning", "text": "计时暂停", "icon": "player-pause", "until": ""}
    is_step_due = row.step_due_at is not None and timezone.localdate(row.step_due_at) <= timezone.localdate()
    # a step whose own limit is up goes before a promise that still has days
    if row.days_left is not None and row.due_on is not None and not (is_step_due and row.days_left > 0):
        until = f"{row.due_on:%Y-%m-%d}"
        if row.days_left < 0:
            return {"tone": "danger", "text": f"超期 {-row.days_left} {row.unit_name}", "icon": "", "until": until}
        if row.days_left == 0:
            # on the days off after the due day nothing is left, yet the case is not late
            text = "今日到期" if row.due_on == timezone.localdate() else "已到期"
            return {"tone": "danger", "text": text, "icon": "clock-exclamation", "until": until}
        urgent = row.days_left <= 3
        text = f"剩 {row.days_left} {row.unit_name}"
        return {
            "tone": "warning" if urgent else "neutral",
            "text": text,
            "icon": "" if urgent else "clock",
            "until": until,
        }
    if row.step_due_at is not None:
        due = timezone.localdate(row.step_due_at)
        days = (due - timezone.localdate()).days
        if days < 0:
            return {"tone": "danger", "text": f"{row.step_name}超期", "icon": "", "until": f"{due:%Y-%m-%d}"}
        if days == 0:
            return {"tone": "danger", "text": f"今日内{row.step_name}", "icon": "clock-exclamation", "until": ""}
        text = f"{due.month}月{due.day}日前{row.step_name}"
        return {"tone": "warning" if days == 1 else "neutral", "text": text, "icon": "clock", "until": ""}
    return {}
