"""Facts about certificates."""

from dataclasses import dataclass

from xiangyun.foundation.events.api import Event


@dataclass(frozen=True, kw_only=True)
class CertificateIssued(Event):
    """A certificate was issued and sealed."""

    certificate_id: int
    type_key: str
    identifier: str
    holder_user_id: int | None
    holder_firm_id: int | None
    case_no: str


@dataclass(frozen=True, kw_only=True)
class CertificateStatusChanged(Event):
    """A certificate was withheld, released, cancelled, revoked, stripped or superseded."""

    certificate_id: int
    type_key: str
    identifier: str
    before: str
    status: str


@dataclass(frozen=True, kw_only=True)
class CertificateUsed(Event):
    """A certificate was taken into a case or verified by somebody."""

    certificate_id: int
    kind: str
    case_no: str
