"""Grants as administrators see them: who holds which role where, in force, to come or ended."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from xiangyun.foundation.access.models import RoleGrant
from xiangyun.foundation.access.queries.held import list_scopes
from xiangyun.foundation.access.queries.scopes import Scope, filter_for
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import NotAllowed


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A grant in force, with the subtree it covers."""

    id: int
    user_id: int
    role: str
    rights: frozenset[str]
    scope: Scope
    valid_from: date
    valid_to: date | None


class GrantState(models.TextChoices):
    """Whether a grant counts on a day."""

    IN_FORCE = "in_force", "生效中"
    TO_COME = "to_come", "未生效"
    ENDED = "ended", "已失效"


@dataclass(frozen=True, kw_only=True)
class GrantRow:
    """A grant in a list for administrators: who holds what where, since when, by whom."""

    id: int
    user_name: str
    username: str
    is_closed: bool
    role_name: str
    region_name: str
    department_name: str
    valid_from: date
    valid_to: date | None
    granted_by: str
    granted_at: datetime
    revoked_by: str
    revoked_at: datetime | None
    reason: str
    state: GrantState


def list_grants(*, user_id: int, at: datetime | None = None) -> list[Grant]:
    """Return the grants of a person in force, also of a closed account; without `at` those of today."""
    in_force = _in_state(GrantState.IN_FORCE, timezone.localdate(at))
    rows = RoleGrant.objects.filter(in_force, user_id=user_id, role__is_withdrawn=False)
    return [_grant(row) for row in rows.select_related("role", "region", "department").order_by("id")]


def list_grants_in_scope(
    *,
    actor: Actor,
    at: datetime,
    text: str = "",
    role: str = "",
    state: str = "",
    after: int | None = None,
    limit: int = 50,
) -> list[GrantRow]:
    """List the grants on places where the actor may see grants, the latest first; `after` is the last id before.

    `text` is the beginning of a person's name, of the name of a division or a department, or a login name.

    Raises: NotAllowed for an actor without any such place.
    """
    scopes = list_scopes(actor, "access.view_grants", at)
    if not scopes:
        raise NotAllowed(right="access.view_grants")
    on = timezone.localdate(at)
    rows = RoleGrant.objects.filter(filter_for(scopes, "region__path", "department__path"))
    if state:
        rows = rows.filter(_in_state(GrantState(state), on))
    if role:
        rows = rows.filter(role__code=role)
    if text:
        names = ("user__real_name", "region__name", "region__full_name", "department__name")
        found = Q(user__username=text)
        for name in names:
            found |= Q(**{f"{name}__startswith": text})
        rows = rows.filter(found)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    rows = rows.select_related("user", "role", "region", "department", "granted_by", "revoked_by")
    return [_grant_row(row, on) for row in rows.order_by("-pk")[:limit]]


def _in_state(state: GrantState, on: date) -> Q:
    if state == GrantState.IN_FORCE:
        return Q(Q(valid_to__isnull=True) | Q(valid_to__gte=on), revoked_at__isnull=True, valid_from__lte=on)
    if state == GrantState.TO_COME:
        return Q(revoked_at__isnull=True, valid_from__gt=on)
    return Q(revoked_at__isnull=False) | Q(valid_to__lt=on)


def _grant_row(row: RoleGrant, on: date) -> GrantRow:
    has_ended = row.revoked_at is not None or (row.valid_to is not None and row.valid_to < on)
    begun = GrantState.IN_FORCE if row.valid_from <= on else GrantState.TO_COME
    return GrantRow(
        id=row.pk,
        user_name=row.user.real_name,
        username=row.user.username,
        is_closed=not row.user.is_active,
        role_name=row.role.name,
        region_name=row.region.full_name,
        department_name=row.department.name if row.department else "",
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        granted_by=row.granted_by.real_name if row.granted_by else "",
        granted_at=row.granted_at,
        revoked_by=row.revoked_by.real_name if row.revoked_by else "",
        revoked_at=row.revoked_at,
        reason=row.reason,
        state=GrantState.ENDED if has_ended else begun,
    )


def scope_of_row(row: RoleGrant) -> Scope:
    """Return the subtree of a grant read with its region and department."""
    return Scope(row.region.path if row.region.parent_id else "", row.department.path if row.department else "")


def _grant(row: RoleGrant) -> Grant:
    return Grant(
        id=row.pk,
        user_id=row.user_id,
        role=row.role.code,
        rights=frozenset(row.role.rights),
        scope=scope_of_row(row),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )
