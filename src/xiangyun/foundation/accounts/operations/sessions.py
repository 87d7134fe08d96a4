"""Traces of coming and going: login, failed login, logout (网络安全法: kept at least six months)."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from xiangyun.foundation.accounts.models import User
from xiangyun.foundation.accounts.queries import people
from xiangyun.foundation.audit import api as audit
from xiangyun.kit.actors import Actor
from xiangyun.kit.codes import is_mobile
from xiangyun.kit.privacy import mask


def record_login(*, actor: Actor, method: str, at: datetime) -> None:
    """Write that a person came in, and how (`password`, `mfa`)."""
    _record(actor, "accounts.login", actor.user_id or 0, mask("name", actor.name), {"method": method}, "normal", at)


def record_logout(*, actor: Actor, at: datetime) -> None:
    """Write that a person left; who leaves of their own will comes back as themselves."""
    User.objects.filter(pk=actor.user_id or 0, acts_for__isnull=False).update(acts_for=None)
    _record(actor, "accounts.logout", actor.user_id or 0, mask("name", actor.name), {}, "normal", at)


def record_failed_login(*, actor: Actor, login: str, at: datetime) -> None:
    """Write that a login was refused; what was typed may be a number of somebody or even a password, so only masked."""
    user_id = people.find_user_by_username(people.username_for_login(login))
    shown = mask("mobile", login) if is_mobile(login) else mask("name", login[:40])
    _record(actor, "accounts.login_failed", user_id or 0, shown, {}, "high", at)


def remove_ended_sessions(*, at: datetime) -> int:
    """Remove sessions past their end, and what the list of one's devices knows of them; return how many there were."""
    ended, _ = Session.objects.filter(expire_date__lt=at).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return ended


def _record(
    actor: Actor, action: str, user_id: int, label: str, details: dict[str, str], risk: str, at: datetime
) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_type="accounts.user",
        subject_id=user_id,
        label=label,
        details=details,
        risk=risk,
        at=at,
    )
