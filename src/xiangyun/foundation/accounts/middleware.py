"""Who acts in this request: `request.actor`, built from account, session and address, None for a visitor."""

from collections.abc import Callable
from uuid import uuid4

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from xiangyun.foundation.access import api as access
from xiangyun.foundation.accounts.models import User
from xiangyun.foundation.accounts.queries.firms import find_subject
from xiangyun.kit.actors import Actor
from xiangyun.kit.guomi import sm3

SUBJECT_KEY = "subject"
TRUST_KEY = "trust_level"


class ActorMiddleware:
    """Set `request.actor`; a firm that the person may no longer act for is dropped from the session at once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Build the actor, and read their grants at most once while the request lasts."""
        request.actor = _actor_of(request)  # type: ignore[attr-defined]
        with access.remember_grants():
            return self.get_response(request)


def _actor_of(request: HttpRequest) -> Actor | None:
    user = request.user
    if not isinstance(user, User):
        return None
    firm_id, firm_name = _firm_of(request, user)
    return actor_for(request, user, firm_id=firm_id, firm_name=firm_name)


def actor_for(request: HttpRequest, user: User | None, *, firm_id: int | None = None, firm_name: str = "") -> Actor:
    """Return the actor of a request for an account, or a visitor without one (login, registration)."""
    return Actor(
        user_id=user.pk if user else None,
        name=user.real_name if user else "访客",
        is_official=bool(user and user.is_official),
        firm_id=firm_id,
        firm_name=firm_name,
        trust_level=_trust_of(request, user),
        channel="mobile" if "Mobile" in request.headers.get("User-Agent", "") else "pc",
        ip=client_ip(request),
        session=_session_mark(request),
        trace=request.META.get("XIANGYUN_TRACE") or uuid4().hex,
    )


def _trust_of(request: HttpRequest, user: User | None) -> int:
    if user is None:
        return 0
    # a session never says more than the account, whatever was confirmed when it began
    return min(int(request.session.get(TRUST_KEY, 0)), user.real_name_level)


def _firm_of(request: HttpRequest, user: User) -> tuple[int | None, str]:
    firm_id = request.session.get(SUBJECT_KEY)
    if firm_id is None:
        return None, ""
    subject = find_subject(user_id=user.pk, firm_id=firm_id, on=timezone.localdate())
    if subject is None:
        del request.session[SUBJECT_KEY]
        messages.warning(request, "您对原单位的办事授权已失效，当前以本人身份办事。", fail_silently=True)
        return None, ""
    return subject.firm_id, subject.name


def client_ip(request: HttpRequest) -> str:
    """Return the visitor's address behind the trusted proxies, empty where there is none (a unix socket)."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:
        return ""


def _session_mark(request: HttpRequest) -> str:
    # the key itself would let a reader of the records take the session over
    key = request.session.session_key
    return sm3(key.encode()).hex()[:16] if key else ""
