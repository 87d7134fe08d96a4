"""What an actor holds and where: asked at every act, so read by one fixed statement and once a request."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from xiangyun.foundation.access.queries.scopes import EVERYWHERE, Scope, widest
from xiangyun.kit.actors import Actor

# the same grants as `list_grants`, but none of a closed account; the top of the tree is everywhere
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
