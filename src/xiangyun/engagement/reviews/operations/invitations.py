"""Inviting to rate, and 默认评价 for what nobody rated in time."""

from datetime import datetime, timedelta

from django.db import transaction

from xiangyun.engagement.reviews.models import Channel, Invitation, Review, Stage
from xiangyun.engagement.reviews.operations.counts import raise_counts
from xiangyun.foundation.messaging import api as messaging
from xiangyun.kit.rows import append_rows, find_row
from xiangyun.kit.transactions import in_one_transaction
from xiangyun.service.cases import api as cases

VALID_FOR = timedelta(days=15)


@in_one_transaction
def invite_review(*, case_id: int, stage: str, at: datetime) -> None:
    """Open one stage of a case to rating for fifteen days; on completion the applicant gets a message.

    A second call for the same stage changes nothing: events may come twice.

    Raises: CaseNotFound.
    """
    if find_row(Invitation, case_id=case_id, stage=stage):
        return
    facts = cases.get_case_facts(case_id=case_id)
    invitation = Invitation(
        case_id=case_id,
        stage=stage,
        case_key=facts.key,
        item_name=facts.item_name,
        user_id=facts.applicant_user_id,
        department_id=facts.department_id,
        invited_at=at,
        expires_at=at + VALID_FOR,
    )
    append_rows([invitation])
    if stage == Stage.COMPLETION:
        raise_counts("invited", department_id=facts.department_id, at=at)
        if facts.applicant_user_id is not None:
            messaging.send_message(
                user_id=facts.applicant_user_id,
                template="review_invited",
                context={"item": facts.item_name, "number": facts.query_code},
                link=f"/reviews/{facts.key}/",
                at=at,
            )


def lapse_invitations(*, at: datetime, limit: int = 500) -> int:
    """Close invitations whose time is over, with 默认评价 for a completion; return how many, to be called until 0."""
    due = Invitation.objects.filter(state=Invitation.State.OPEN, expires_at__lte=at).order_by("expires_at")
    with transaction.atomic():
        rows = list(due.select_for_update(skip_locked=True)[:limit])
        for row in rows:
            row.state = Invitation.State.LAPSED
            row.save(update_fields=["state"])
            if row.stage == Stage.COMPLETION:
                _write_default(row, at)
    return len(rows)


def _write_default(invitation: Invitation, at: datetime) -> None:
    Review.objects.create(
        invitation=invitation,
        case_id=invitation.case_id,
        stage=invitation.stage,
        channel=Channel.DEFAULT,
        department_id=invitation.department_id,
        reviewed_at=at,
    )
    raise_counts("lapsed", department_id=invitation.department_id, at=at)
