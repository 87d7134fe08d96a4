"""Who may do what to accounts."""

from datetime import datetime

from xiangyun.foundation.access import api as access
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import NotAllowed


def require_somewhere(actor: Actor, right: str, at: datetime) -> None:
    """Refuse unless the actor holds the right on some subtree: persons and firms belong to no department.

    Raises: NotAllowed.
    """
    if not access.list_scopes(actor, right, at):
        raise NotAllowed(right=right)
