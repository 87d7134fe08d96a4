"""Events of cases open ratings; delivered twice they open one."""

import pytest

from xiangyun.engagement.reviews import api as reviews
from xiangyun.engagement.reviews.models import Invitation
from xiangyun.engagement.reviews.tests.factories import AT, make_case, make_citizen, make_reasons
from xiangyun.foundation.events import api as events
from xiangyun.service.cases.events import CaseAccepted, CaseCompleted

pytestmark = pytest.mark.django_db


def test_case_events_open_both_stages_once() -> None:
    make_reasons()
    user, actor = make_citizen()
    case = make_case(user=user)
    facts = {
        "case_id": case.pk,
        "case_key": str(case.key),
        "project_no": case.project_no,
        "applicant_user_id": user.pk,
        "department_id": case.department_id,
        "at": AT,
    }
    for event, key in (
        (CaseAccepted(**facts), "reviews.invite_after_acceptance"),
        (CaseCompleted(**facts), "reviews.invite"),
        (CaseCompleted(**facts), "reviews.invite"),
    ):
        events.receivers_of(event.event_name())[key](event, at=AT)
    assert Invitation.objects.count() == 2
    assert {each.stage_name for each in reviews.list_open_invitations(actor=actor, at=AT)} == {"受理", "办结"}
