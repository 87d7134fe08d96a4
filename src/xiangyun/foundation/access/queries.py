"""Reads of grants: what an actor holds, on which subtrees, and who holds a role somewhere."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, models
from django.db.models import Q
from django.utils import timezone

from xiangyun.foundation.access.models import Role, RoleGrant
from xiangyun.foundation.organisations import api as organisations
from xiangyun.foundation.regions import api as regions
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import NotAllowed


@dataclass(frozen=True)
class Scope:
    """A place in both trees by materialised path (each ending in `/`); an empty path stands for the whole tree."""

    region_path: str = ""
    department_path: str = ""

    @classmethod
    def of(cls, department: organisations.DepartmentRef) -> "Scope":
        """Return the place of a department in both trees."""
        return cls(department.region_path, department.path)

    def covers(self, other: "Scope") -> bool:
        """Say whether `other` lies inside this subtree.

        A row without a department lies only in grants on all departments: what has no owner is not everybody's.
        """
        return other.region_path.startswith(self.region_path) and other.department_path.startswith(self.department_path)


EVERYWHERE = Scope()


@dataclass(frozen=True, kw_only=True)
class RoleInfo:
    """A role of the catalogue."""

    code: str
    name: str
    duties: str
    duty_group: str
    rights: tuple[str, ...]


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


_memory: ContextVar["dict[tuple[int, date], list[Held]] | None"] = ContextVar("access_grants", default=None)


@contextmanager
def remember_grants() -> Iterator[None]:
    """Read each actor's grants at most once inside the block; one block is one request, so nothing grows stale."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def forget_grants() -> None:
    """Drop what was remembered in this request (a grant was just changed)."""
    memory = _memory.get()
    if memory is not None:
        memory.clear()


def list_roles() -> list[RoleInfo]:
    """Return the catalogue of roles in use, by code."""
    return [_role_info(role) for role in Role.objects.filter(is_withdrawn=False).order_by("code")]


def _role_info(role: Role) -> RoleInfo:
    return RoleInfo(
        code=role.code, name=role.name, duties=role.duties, duty_group=role.duty_group, rights=tuple(role.rights)
    )


def live_grants(on: date) -> models.QuerySet[RoleGrant]:
    """Return the grants in force on a day."""
    return RoleGrant.objects.filter(_in_state(GrantState.IN_FORCE, on), role__is_withdrawn=False)


def list_grants(*, user_id: int, at: datetime | None = None) -> list[Grant]:
    """Return the grants of a person in force, as administrators see them."""
    rows = live_grants(timezone.localdate(at)).filter(user_id=user_id)
    return [_grant(row) for row in rows.select_related("role", "region", "department").order_by("id")]


# asked at every act, so not composed anew each time; the same grants as `live_grants`, and none of a closed account;
# the top of the tree is everywhere
_HELD = """
SELECT role.code, role.rights, CASE WHEN region.parent_id IS NULL THEN '' ELSE region.path END,
       COALESCE(department.path, '')
FROM access_rolegrant held
JOIN access_role role ON role.id = held.role_id
JOIN regions_region region ON region.id = held.region_id
LEFT JOIN organisations_department department ON department.id = held.department_id
JOIN accounts_user holder ON holder.id = held.user_id AND holder.is_active
WHERE held.user_id = %s AND held.revoked_at IS NULL AND NOT role.is_withdrawn
  AND held.valid_from <= %s AND (held.valid_to IS NULL OR held.valid_to >= %s)
"""


@dataclass(frozen=True)
class Held:
    """A role with its rights and the subtree it covers."""

    role: str
    rights: frozenset[str]
    scope: Scope


def held_by(actor: Actor, at: datetime | None) -> list[Held]:
    """Return what a check needs of the actor's grants: one query, or none where this request asked before."""
    if actor.user_id is None:
        return []
    on = timezone.localdate(at)
    memory = _memory.get()
    if memory is not None and (actor.user_id, on) in memory:
        return memory[actor.user_id, on]
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [actor.user_id, on, on])
        held = [
            Held(role, frozenset(rights), Scope(region_path, department_path))
            for role, rights, region_path, department_path in cursor.fetchall()
        ]
    if memory is not None:
        memory[actor.user_id, on] = held
    return held


def scope_of(*, region_code: str, department_key: str | None = None) -> Scope:
    """Return the subtree of a division and, where given, a department; the top of the tree is the whole tree.

    Raises: UnknownRegion, UnknownDepartment.
    """
    region = regions.get_region(code=region_code)
    department = organisations.get_department(key=department_key) if department_key else None
    return Scope(region.path if region.parent_code else "", department.path if department else "")


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


def widest(scopes: Sequence[Scope]) -> list[Scope]:
    """Return the scopes without those that lie inside another one."""
    kept: list[Scope] = []
    for scope in sorted(set(scopes), key=lambda s: (len(s.region_path) + len(s.department_path), s.region_path)):
        if not any(wider.covers(scope) for wider in kept):
            kept.append(scope)
    return kept


def list_scopes(actor: Actor, right: str, at: datetime | None = None) -> list[Scope]:
    """Return the subtrees on which the actor holds the right; the system holds every right everywhere."""
    if actor.is_system:
        return [EVERYWHERE]
    return widest([held.scope for held in held_by(actor, at) if right in held.rights])


def list_role_scopes(actor: Actor, at: datetime | None = None) -> dict[str, list[Scope]]:
    """Return the subtrees of each role that the actor holds, by role code."""
    scopes: dict[str, list[Scope]] = {}
    for held in held_by(actor, at):
        scopes.setdefault(held.role, []).append(held.scope)
    return {role: widest(found) for role, found in scopes.items()}


def list_rights(actor: Actor, at: datetime | None = None) -> list[str]:
    """Return every right that the actor holds somewhere, sorted (menus)."""
    return sorted({right for held in held_by(actor, at) for right in held.rights})


def filter_for(
    scopes: Sequence[Scope], region_path: str = "region_path", department_path: str = "department_path"
) -> Q:
    """Return the condition that rows lie inside one of the scopes; the names are the columns (or joins) of paths."""
    if EVERYWHERE in scopes:
        return Q()
    condition = Q(pk__in=[])
    for scope in scopes:
        inside = Q(**{f"{region_path}__startswith": scope.region_path})
        if scope.department_path:
            inside &= Q(**{f"{department_path}__startswith": scope.department_path})
        condition |= inside
    return condition
