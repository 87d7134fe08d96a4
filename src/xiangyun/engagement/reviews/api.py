"""Door of reviews: invite, rate, read ratings and rates."""

from xiangyun.engagement.reviews.models import Channel, Grade, Stage
from xiangyun.engagement.reviews.operations.invitations import invite_review, lapse_invitations
from xiangyun.engagement.reviews.operations.reviews import submit_review
from xiangyun.engagement.reviews.queries.reviews import (
    InvitationView,
    ReviewView,
    find_invitation,
    find_review,
    list_grades,
    list_my_reviews,
    list_open_invitations,
    list_reasons,
)
from xiangyun.engagement.reviews.queries.statistics import Statistics, get_statistics

__all__ = [
    "Channel",
    "Grade",
    "InvitationView",
    "ReviewView",
    "Stage",
    "Statistics",
    "find_invitation",
    "find_review",
    "get_statistics",
    "invite_review",
    "lapse_invitations",
    "list_grades",
    "list_my_reviews",
    "list_open_invitations",
    "list_reasons",
    "submit_review",
]
