"""Roles, grants and their holders for tests; accounts has factories of whole persons."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from django.contrib.auth import get_user_model

from xiangyun.foundation.access.models import Role, RoleGrant
from xiangyun.kit.actors import Actor

_numbers = count(1)
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def make_holder(real_name: str = "李示例") -> Any:
    """Create an account that may hold roles."""
    users = get_user_model().objects
    return users.create(username=f"holder{next(_numbers)}", real_name=real_name, is_official=True)


def actor_for(user: Any) -> Actor:
    """Return the account as an actor."""
    return Actor(user_id=user.pk, name=user.real_name, is_official=user.is_official)


def make_role(code: str, *rights: str, group: str = Role.DutyGroup.BUSINESS) -> Role:
    """Create (or return) a role and make its rights equal to `rights` where any are given."""
    role, _ = Role.objects.get_or_create(
        code=code, defaults={"name": code, "duty_group": group, "rights": list(rights)}
    )
    if rights and sorted(role.rights) != sorted(rights):
        role.rights = list(rights)
        role.save()
    return role


def give(user: Any, role: str | Role, region: Any, department: Any = None, **columns: Any) -> RoleGrant:
    """Grant a role on a subtree, in force since 2020 unless told otherwise."""
    columns.setdefault("valid_from", date(2020, 1, 1))
    return RoleGrant.objects.create(
        user_id=getattr(user, "pk", user),
        role=make_role(role) if isinstance(role, str) else role,
        region=region,
        department=department,
        granted_at=AT,
        **columns,
    )
