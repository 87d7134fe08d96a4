"""Facts about seals."""

from dataclasses import dataclass

from xiangyun.foundation.events.api import Event


@dataclass(frozen=True, kw_only=True)
class SealMade(Event):
    """A seal was made and may be used."""

    seal_id: int
    department_id: int


@dataclass(frozen=True, kw_only=True)
class SealStatusChanged(Event):
    """A seal was frozen, unfrozen or revoked."""

    seal_id: int
    department_id: int
    status: str
