"""Cases that are accepted or completed can be rated."""

from datetime import datetime

from xiangyun.engagement.reviews.models import Stage
from xiangyun.engagement.reviews.operations.invitations import invite_review
from xiangyun.foundation.events import api as events
from xiangyun.service.cases.events import CaseAccepted, CaseCompleted


def invite_after_acceptance(event: CaseAccepted, *, at: datetime) -> None:
    """Open the rating of the acceptance, without a message."""
    invite_review(case_id=event.case_id, stage=Stage.ACCEPTANCE, at=at)


def invite_after_completion(event: CaseCompleted, *, at: datetime) -> None:
    """Open the rating of the whole service and ask for it."""
    invite_review(case_id=event.case_id, stage=Stage.COMPLETION, at=at)


events.subscribe(CaseAccepted, invite_after_acceptance, key="reviews.invite_after_acceptance")
events.subscribe(CaseCompleted, invite_after_completion, key="reviews.invite")
