"""Rating: once a stage, by those served, with reasons that fit; 默认评价 after fifteen days."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from xiangyun.engagement.reviews import api as reviews
from xiangyun.engagement.reviews.errors import (
    AlreadyReviewed,
    InvitationExpired,
    NotInvited,
    OwnWork,
    UnfitReason,
)
from xiangyun.engagement.reviews.models import Review
from xiangyun.engagement.reviews.tests.factories import AT, make_case, make_citizen, make_reasons, make_staff
from xiangyun.foundation.accounts.tests.factories import actor_for, make_firm
from xiangyun.foundation.messaging import api as messaging
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import ValidationError

pytestmark = pytest.mark.django_db

VISITOR = Actor(user_id=None, name="扫码评价人", channel="qr")


@pytest.fixture(autouse=True)
def _reasons() -> None:
    make_reasons()


def rate(actor: Actor, case: Any, **changes: Any) -> reviews.ReviewView:
    reviews.submit_review(
        **(
            wanted := {
                "actor": actor,
                "case_key": str(case.key),
                "stage": "completion",
                "grade": 5,
                "reason_codes": ["510", "517"],
                "text": "",
                "anonymous": False,
                "channel": "pc",
                "at": AT,
            }
            | changes
        )
    )
    found = reviews.find_review(case_key=wanted["case_key"], stage=wanted["stage"])
    assert found is not None
    return found


def invite(case: Any, stage: str = "completion") -> reviews.InvitationView:
    reviews.invite_review(case_id=case.pk, stage=stage, at=AT)
    found = reviews.find_invitation(case_key=str(case.key), stage=stage)
    assert found is not None
    return found


def test_invite_review_tells_the_applicant_once() -> None:
    user, actor = make_citizen()
    case = make_case(user=user)
    first, second = invite(case), invite(case)
    assert first == second
    assert [message.template for message in messaging.list_messages(actor=actor)] == ["review_invited"]
    assert [each.case_key for each in reviews.list_open_invitations(actor=actor, at=AT)] == [str(case.key)]


def test_submit_review_is_kept_and_counted() -> None:
    user, actor = make_citizen()
    case = make_case(user=user)
    invite(case)
    review = rate(actor, case, text="办得快，谢谢𠮷警官")
    assert (review.grade_name, review.reasons) == ("非常满意", ["一窗受理一次办结", "服务热情效率高"])
    assert reviews.find_review(case_key=str(case.key)) == review
    assert reviews.list_my_reviews(actor=actor) == [review]
    assert reviews.list_open_invitations(actor=actor, at=AT) == []
    found = reviews.get_statistics(department_id=case.department_id, since=AT.date(), until=AT.date())
    assert (found.invited, found.answered, found.stars[5], found.good_rate, found.active_rate) == (1, 1, 1, 1.0, 1.0)


def test_submit_review_twice() -> None:
    user, actor = make_citizen()
    case = make_case(user=user)
    invite(case)
    rate(actor, case)
    with pytest.raises(AlreadyReviewed):
        rate(actor, case, grade=4, reason_codes=[])
    assert Review.objects.count() == 1


def test_submit_review_each_stage_once() -> None:
    user, actor = make_citizen()
    case = make_case(user=user)
    invite(case, "acceptance")
    invite(case)
    rate(actor, case, stage="acceptance", grade=4, reason_codes=[])
    rate(actor, case)
    found = reviews.get_statistics(since=AT.date(), until=AT.date())
    assert (found.invited, found.answered, found.rated) == (1, 1, 2)


@pytest.mark.django_db(transaction=True)
def test_submit_review_at_once_from_many_windows() -> None:
    user, actor = make_citizen()
    case = make_case(user=user)
    invite(case)

    def act(grade: int) -> bool:
        try:
            rate(actor, case, grade=grade, reason_codes=[], text="同时提交")
        except AlreadyReviewed:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(act, [5, 4, 2, 1])) == 1
    assert Review.objects.count() == 1
    assert reviews.get_statistics(since=AT.date(), until=AT.date()).rated == 1


def test_submit_review_by_staff_who_handled_it() -> None:
    user, actor = make_staff()
    case = make_case(user=user, handled_by=user)
    invitation = invite(case)
    with pytest.raises(OwnWork):
        rate(actor, case)
    with pytest.raises(OwnWork):
        rate(actor, case, token=invitation.token)


def test_submit_review_by_somebody_else() -> None:
    case = make_case(user=make_citizen()[0])
    invite(case)
    with pytest.raises(NotInvited):
        rate(make_citizen()[1], case)
    with pytest.raises(NotInvited):
        rate(VISITOR, case)


def test_submit_review_for_the_firm() -> None:
    user, _ = make_citizen()
    colleague, _ = make_citizen()
    firm = make_firm(user)
    case = make_case(user=user, firm=firm)
    invite(case)
    agent = actor_for(colleague, firm)
    assert [each.case_key for each in reviews.list_open_invitations(actor=agent, at=AT)] == [str(case.key)]
    review = rate(agent, case)
    assert reviews.list_my_reviews(actor=actor_for(user, firm)) == [review]
    assert reviews.list_my_reviews(actor=actor_for(user)) == reviews.list_my_reviews(actor=actor_for(colleague)) == []


@pytest.mark.parametrize("of_firm", [True, False])
def test_submit_review_for_another_subject_of_the_same_person(of_firm: bool) -> None:
    user, person = make_citizen()
    firm = make_firm(user)
    case = make_case(user=user, firm=firm if of_firm else None)
    invite(case)
    other = person if of_firm else actor_for(user, firm)
    assert reviews.list_open_invitations(actor=other, at=AT) == []
    with pytest.raises(NotInvited):
        rate(other, case)


def test_submit_review_with_token_needs_no_login() -> None:
    case = make_case(user=make_citizen()[0])
    token = invite(case).token
    assert reviews.find_invitation(token=token).case_key == str(case.key)
    review = rate(VISITOR, case, token=token, channel="qr", anonymous=True)
    assert (review.is_anonymous, review.channel_name) == (True, "二维码")


def test_submit_review_with_token_of_another_case() -> None:
    case, other = make_case(user=make_citizen()[0]), make_case(user=make_citizen()[0])
    invite(case)
    with pytest.raises(NotInvited):
        rate(VISITOR, case, token=invite(other).token)


def test_find_invitation_forged_token() -> None:
    token = invite(make_case(user=make_citizen()[0])).token
    for forged in (token[:-1], "0" + token, token[:-1] + "x", "", "王-𠮷", token.upper(), " " + token, "-", "1-\ud800"):
        assert reviews.find_invitation(token=forged) is None, forged


def test_submit_review_before_completion() -> None:
    user, actor = make_citizen()
    with pytest.raises(NotInvited):
        rate(actor, make_case(user=user))


def test_submit_review_too_late() -> None:
    user, actor = make_citizen()
    case = make_case(user=user)
    invite(case)
    with pytest.raises(InvitationExpired):
        rate(actor, case, at=AT + timedelta(days=15))


@pytest.mark.parametrize(
    "changes",
    [
        {"grade": 5, "reason_codes": ["214"]},
        {"grade": 2, "reason_codes": ["510"]},
        {"grade": 5, "reason_codes": ["999"]},
        {"grade": 1, "reason_codes": [], "text": "  "},
        {"grade": 2, "reason_codes": [], "text": ""},
    ],
)
def test_submit_review_unfit_reason(changes: dict[str, Any]) -> None:
    user, actor = make_citizen()
    case = make_case(user=user)
    invite(case)
    with pytest.raises(UnfitReason):
        rate(actor, case, **changes)
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"grade": 6}, "grade"),
        ({"grade": 0}, "grade"),
        ({"text": "好" * 501}, "text"),
        ({"channel": "default"}, "channel"),
        ({"channel": "x"}, "channel"),
    ],
)
def test_submit_review_invalid(changes: dict[str, Any], field: str) -> None:
    user, actor = make_citizen()
    case = make_case(user=user)
    invite(case)
    with pytest.raises(ValidationError) as refusal:
        rate(actor, case, **changes)
    assert list(refusal.value.details) == [field]


def test_bad_review_with_text_only() -> None:
    user, actor = make_citizen()
    case = make_case(user=user)
    invite(case)
    assert rate(actor, case, grade=1, reason_codes=[], text="让我跑了三趟").is_bad


def test_lapse_invitations_gives_default_reviews_counted_apart() -> None:
    user, actor = make_citizen()
    case, rated = make_case(user=user), make_case(user=user)
    for each in (case, rated):
        invite(each, "acceptance")
        invite(each)
    rate(actor, rated, grade=2, reason_codes=["214"])
    later = AT + timedelta(days=15, minutes=1)
    assert reviews.lapse_invitations(at=later) == 3
    assert reviews.lapse_invitations(at=later) == 0
    default = reviews.find_review(case_key=str(case.key))
    assert (default.grade, default.grade_name, default.channel_name) == (None, "默认评价", "系统默认")
    found = reviews.get_statistics(since=AT.date(), until=later.date())
    assert (found.invited, found.lapsed, found.rated, found.bad, found.good_rate) == (2, 1, 1, 1, 0.0)
    with pytest.raises(InvitationExpired):
        rate(actor, case, at=later)


def test_statistics_of_nothing() -> None:
    found = reviews.get_statistics(since=AT.date(), until=AT.date())
    assert (found.rated, found.good_rate, found.active_rate) == (0, None, None)
