"""Who may rate: the person served, whoever holds the invitation's token; never those who did the work."""

from xiangyun.engagement.reviews.errors import NotInvited, OwnWork
from xiangyun.engagement.reviews.models import Invitation
from xiangyun.engagement.reviews.queries.tokens import read_token
from xiangyun.kit.actors import Actor
from xiangyun.service.cases import api as cases


def require_reviewer(actor: Actor, invitation: Invitation, facts: cases.CaseFacts, token: str | None) -> None:
    """Let the subject who applied (for a firm: who acts for it now) or the holder of the token pass.

    Raises: OwnWork, NotInvited.
    """
    if actor.user_id is not None and actor.user_id in facts.official_ids:
        raise OwnWork(case_key=facts.key)
    holds_token = token is not None and read_token(token) == invitation.pk
    if not (facts.is_of(actor) or holds_token):
        raise NotInvited(case_key=facts.key)
