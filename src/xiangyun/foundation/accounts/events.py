"""Facts of accounts."""

from dataclasses import dataclass

from xiangyun.foundation.events.api import Event


@dataclass(frozen=True, kw_only=True)
class PersonRegistered(Event):
    """A citizen opened an account."""

    user_id: int
    real_name_level: int


@dataclass(frozen=True, kw_only=True)
class IdentityConfirmed(Event):
    """A real-name source confirmed who the account's holder is."""

    user_id: int
    real_name_level: int


@dataclass(frozen=True, kw_only=True)
class OfficialCreated(Event):
    """An official got an account."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class FirmCreated(Event):
    """A firm is known from now on."""

    firm_id: int


@dataclass(frozen=True, kw_only=True)
class SubjectSwitched(Event):
    """A person began to act for a firm, or (None) for themselves again."""

    user_id: int
    firm_id: int | None


@dataclass(frozen=True, kw_only=True)
class MandateGiven(Event):
    """A person may act for a firm."""

    mandate_id: int
    firm_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class MandateRevoked(Event):
    """A person may no longer act for a firm."""

    mandate_id: int
    firm_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class PersonalDataUnmasked(Event):
    """Somebody looked at a personal field in full."""

    user_id: int
    field: str
    seen_by: int | None
