"""Facts of access."""

from dataclasses import dataclass

from xiangyun.foundation.events.api import Event


@dataclass(frozen=True, kw_only=True)
class RoleGranted(Event):
    """A person got a role on a subtree."""

    grant_id: int
    user_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class RoleRevoked(Event):
    """A grant was taken back."""

    grant_id: int
    user_id: int
    role: str
