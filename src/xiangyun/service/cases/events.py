"""What happens to a case, for everyone above: ids and plain values only."""

from dataclasses import dataclass

from xiangyun.foundation.events.api import Event


@dataclass(frozen=True, kw_only=True)
class CaseEvent(Event):
    """The part all case events share; `case_key` is the public identifier."""

    case_id: int
    case_key: str
    project_no: str
    applicant_user_id: int | None
    department_id: int


@dataclass(frozen=True, kw_only=True)
class CaseSubmitted(CaseEvent):
    """The applicant handed the case in."""


@dataclass(frozen=True, kw_only=True)
class CaseReceived(CaseEvent):
    """The materials were received and the case got its number."""


@dataclass(frozen=True, kw_only=True)
class CaseAccepted(CaseEvent):
    """Accepted; both clocks run."""


@dataclass(frozen=True, kw_only=True)
class CaseRefused(CaseEvent):
    """Not accepted: not competent, or no licence needed."""


@dataclass(frozen=True, kw_only=True)
class SupplementRequested(CaseEvent):
    """The applicant was told, once, all that is missing."""

    until: str
    times: int


@dataclass(frozen=True, kw_only=True)
class CaseSupplemented(CaseEvent):
    """The missing materials came."""


@dataclass(frozen=True, kw_only=True)
class SpecialProcedureStarted(CaseEvent):
    """A special procedure began; the clocks pause."""


@dataclass(frozen=True, kw_only=True)
class CaseDecided(CaseEvent):
    """Decided: `decision` is approved or denied."""

    decision: str


@dataclass(frozen=True, kw_only=True)
class CaseReturned(CaseEvent):
    """Ended because the supplement did not come in time."""


@dataclass(frozen=True, kw_only=True)
class CaseWithdrawn(CaseEvent):
    """Withdrawn by the applicant before the decision."""


@dataclass(frozen=True, kw_only=True)
class CaseCompleted(CaseEvent):
    """Closed with the result handed over."""


@dataclass(frozen=True, kw_only=True)
class PaperIssued(Event):
    """A paper was numbered; it is still to be rendered and sealed."""

    document_id: int
    case_id: int
