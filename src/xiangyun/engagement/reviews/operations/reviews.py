"""Giving a rating: once for each case and stage, with reasons that fit the grade."""

from collections.abc import Sequence
from datetime import datetime

from xiangyun.engagement.reviews import permissions
from xiangyun.engagement.reviews.errors import AlreadyReviewed, InvitationExpired, NotInvited, UnfitReason
from xiangyun.engagement.reviews.events import ReviewSubmitted
from xiangyun.engagement.reviews.models import Channel, Grade, Invitation, Review, Stage
from xiangyun.engagement.reviews.operations.counts import raise_counts
from xiangyun.engagement.reviews.queries.reviews import reason_of
from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.events import api as outbox
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import ValidationError
from xiangyun.kit.rows import find_row, insert_rows, update_row
from xiangyun.kit.transactions import in_one_transaction
from xiangyun.service.cases import api as cases

MAX_TEXT = 500
MAX_REASONS = 8


@in_one_transaction
def submit_review(
    *,
    actor: Actor,
    case_key: str,
    stage: str,
    grade: int,
    reason_codes: Sequence[str],
    text: str,
    anonymous: bool,
    channel: str,
    at: datetime,
    token: str | None = None,
) -> None:
    """Rate a stage of a case; an anonymous rating names its author to no official.

    `token` (from the QR code or message) lets someone rate who is not logged in.

    Raises: NotInvited, OwnWork, AlreadyReviewed, InvitationExpired, UnfitReason, ValidationError.
    """
    invitation = find_row(Invitation, lock=True, case_key=case_key, stage=stage)
    if invitation is None:
        raise NotInvited(case_key=case_key, stage=stage)
    facts = cases.get_case_facts(case_id=invitation.case_id)
    permissions.require_reviewer(actor, invitation, facts, token)
    _require_open(invitation, at)
    codes = list(dict.fromkeys(reason_codes))
    text = text.strip()
    _check(grade, codes, text, channel)
    review = Review(
        invitation=invitation,
        case_id=invitation.case_id,
        stage=stage,
        grade=grade,
        reason_codes=codes,
        text=text,
        is_anonymous=anonymous,
        channel=channel,
        author_id=actor.user_id,
        department_id=invitation.department_id,
        reviewed_at=at,
    )
    insert_rows([review])
    invitation.state = Invitation.State.USED
    update_row(invitation, ["state"])
    _tell(actor, review, anonymous=anonymous, at=at)


def _require_open(invitation: Invitation, at: datetime) -> None:
    if invitation.state == Invitation.State.USED:
        raise AlreadyReviewed(case_key=invitation.case_key, stage=invitation.stage)
    if invitation.state == Invitation.State.LAPSED or invitation.expires_at <= at:
        raise InvitationExpired(case_key=invitation.case_key, expires_at=invitation.expires_at.isoformat())


def _check(grade: int, codes: list[str], text: str, channel: str) -> None:
    problems: dict[str, str] = {}
    if grade not in Grade.values:
        problems["grade"] = "请选择一个评价等级。"
    if len(text) > MAX_TEXT:
        problems["text"] = f"文字评价最多{MAX_TEXT}个字，现有{len(text)}个字，请删减。"
    if channel not in Channel.values or channel == Channel.DEFAULT:
        problems["channel"] = "评价渠道有误，请从评价页面重新进入。"
    if problems:
        raise ValidationError(**problems)
    reasons = [reason_of(code) for code in codes]
    if len(codes) > MAX_REASONS or any(reason is None or reason.grade != grade for reason in reasons):
        raise UnfitReason(reason_codes=codes)
    if grade <= Grade.BAD and not codes and not text:
        raise UnfitReason("请选择不满意的原因，或者用文字说明，以便我们核实整改。")


def _tell(actor: Actor, review: Review, *, anonymous: bool, at: datetime) -> None:
    # the rate of answers is about completed cases, which people are asked about; stars count from every stage
    answered = ["answered"] if review.stage == Stage.COMPLETION else []
    raise_counts(*answered, f"stars_{review.grade}", department_id=review.department_id, at=at)
    audit.record(
        actor=Actor(user_id=None, name="匿名评价人", channel=actor.channel) if anonymous else actor,
        action="reviews.submit_review",
        subject_type="reviews.review",
        subject_id=review.pk,
        label=Grade(review.grade).label if review.grade else "",
        details={"case_id": review.case_id, "stage": review.stage},
        at=at,
    )
    outbox.publish(
        ReviewSubmitted(
            review_id=review.pk,
            case_id=review.case_id,
            department_id=review.department_id,
            grade=review.grade or 0,
            is_anonymous=anonymous,
            at=at,
        )
    )
