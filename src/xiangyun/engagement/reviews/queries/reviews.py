"""Invitations and reviews as pages show them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from xiangyun.engagement.reviews.models import Channel, Grade, Invitation, Reason, Review, Stage
from xiangyun.engagement.reviews.queries.tokens import make_token, read_token
from xiangyun.foundation.packs import api as packs
from xiangyun.kit.actors import Actor

_reasons: packs.ContentCache[str, dict[str, Reason]] = packs.ContentCache()


@dataclass(frozen=True)
class InvitationView:
    """A service that waits to be rated."""

    id: int
    case_id: int
    case_key: str
    query_code: str
    item_name: str
    stage: str
    stage_name: str
    department_id: int
    state: str
    invited_at: datetime
    expires_at: datetime
    token: str

    @property
    def is_open(self) -> bool:
        """Whether it has neither been used nor lapsed."""
        return self.state == Invitation.State.OPEN


@dataclass(frozen=True)
class ReviewView:
    """A rating; `grade` is None for 默认评价."""

    id: int
    case_id: int
    case_key: str
    query_code: str
    item_name: str
    stage: str
    stage_name: str
    grade: int | None
    grade_name: str
    reasons: list[str]
    text: str
    is_anonymous: bool
    channel_name: str
    department_id: int
    reviewed_at: datetime

    @property
    def is_bad(self) -> bool:
        """Whether it is a 差评, which must be answered."""
        return self.grade is not None and self.grade <= Grade.BAD


def list_reasons(*, grade: int) -> list[tuple[str, str]]:
    """List code and text of the reasons that fit a grade."""
    return [(code, reason.text) for code, reason in _read_reasons().items() if reason.grade == grade]


def list_grades() -> list[tuple[int, str]]:
    """List the grades, best first."""
    return [(grade.value, grade.label) for grade in reversed(Grade)]


def list_open_invitations(*, actor: Actor, at: datetime) -> list[InvitationView]:
    """List what the subject the actor acts for may still rate, the newest first."""
    if actor.user_id is None:
        return []
    rows = _invitations().filter(_of_subject(actor), state=Invitation.State.OPEN, expires_at__gt=at)
    return [invitation_view(row) for row in rows.order_by("-invited_at", "-pk")[:100]]


def find_invitation(
    *, token: str | None = None, case_key: str | None = None, stage: str = Stage.COMPLETION
) -> InvitationView | None:
    """Return the invitation of a token, or of a case and stage."""
    if token is not None:
        invitation_id = read_token(token)
        row = _invitations().filter(pk=invitation_id).first() if invitation_id is not None else None
    else:
        row = _invitations().filter(case_key=case_key, stage=stage).first()
    return invitation_view(row) if row else None


def find_review(*, case_key: str, stage: str = Stage.COMPLETION) -> ReviewView | None:
    """Return the first review of a stage of a case."""
    row = _rows().filter(invitation__case_key=case_key, stage=stage, assess_number=1).first()
    return review_view(row) if row else None


def list_my_reviews(*, actor: Actor, after: int | None = None, limit: int = 50) -> list[ReviewView]:
    """List the ratings given for the subject the actor acts for, the newest first; `after` is the last id before."""
    if actor.user_id is None:
        return []
    rows = _rows().filter(_of_subject(actor), grade__isnull=False)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return [review_view(row) for row in rows.order_by("-pk")[:limit]]


def reason_of(code: str) -> Reason | None:
    """Return a reason in use."""
    return _read_reasons().get(code)


def invitation_view(row: Invitation) -> InvitationView:
    """Return a row for pages."""
    return InvitationView(
        id=row.pk,
        case_id=row.case_id,
        case_key=row.case_key,
        query_code=row.case.query_code or "",
        item_name=row.item_name,
        stage=row.stage,
        stage_name=Stage(row.stage).label,
        department_id=row.department_id,
        state=row.state,
        invited_at=row.invited_at,
        expires_at=row.expires_at,
        token=make_token(row.pk),
    )


def review_view(row: Review) -> ReviewView:
    """Return a row for pages."""
    known = _read_reasons()
    return ReviewView(
        id=row.pk,
        case_id=row.case_id,
        case_key=row.invitation.case_key,
        query_code=row.invitation.case.query_code or "",
        item_name=row.invitation.item_name,
        stage=row.stage,
        stage_name=Stage(row.stage).label,
        grade=row.grade,
        grade_name=Grade(row.grade).label if row.grade else "默认评价",
        reasons=[known[code].text if code in known else code for code in row.reason_codes],
        text=row.text,
        is_anonymous=row.is_anonymous,
        channel_name=Channel(row.channel).label,
        department_id=row.department_id,
        reviewed_at=row.reviewed_at,
    )


def _of_subject(actor: Actor) -> Q:
    """Like the list of cases: a firm's belong to the firm, whichever agent filed or rated."""
    if actor.firm_id is not None:
        return Q(case__applicant_firm_id=actor.firm_id)
    return Q(case__applicant_user_id=actor.user_id, case__applicant_firm__isnull=True)


def _rows() -> QuerySet[Review]:
    return Review.objects.select_related("invitation__case")


def _invitations() -> QuerySet[Invitation]:
    return Invitation.objects.select_related("case")


def _read_reasons() -> dict[str, Any]:
    def read() -> dict[str, Reason]:
        return {row.code: row for row in Reason.objects.filter(is_retired=False).order_by("-grade", "code")}

    return _reasons.get("all", read)
