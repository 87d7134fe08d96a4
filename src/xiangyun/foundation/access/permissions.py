"""The one check of rights: who, what, where."""

from datetime import datetime

from xiangyun.foundation.access.queries.held import held_by
from xiangyun.foundation.access.queries.scopes import EVERYWHERE, Scope
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import NotAllowed


def can(actor: Actor, right: str, scope: Scope = EVERYWHERE, at: datetime | None = None) -> bool:
    """Say whether the actor holds the right on the place; at most one query."""
    if actor.is_system:
        return True
    return any(held.scope.covers(scope) for held in held_by(actor, at) if right in held.rights)


def require(actor: Actor, right: str, scope: Scope = EVERYWHERE, at: datetime | None = None) -> None:
    """Refuse unless the actor holds the right (`app.operation`) on the place.

    Raises: NotAllowed.
    """
    if not can(actor, right, scope, at):
        raise NotAllowed(right=right)


def holds_role(actor: Actor, role: str, scope: Scope = EVERYWHERE, at: datetime | None = None) -> bool:
    """Say whether the actor holds the role on the place; the system stands in for every role."""
    if actor.is_system:
        return True
    return any(held.scope.covers(scope) for held in held_by(actor, at) if held.role == role)
