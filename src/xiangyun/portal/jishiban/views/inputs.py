"""Reading of requests, the same in every view."""

from uuid import uuid4

from django.http import HttpRequest, QueryDict

from xiangyun.kit.actors import Actor


def actor_of(request: HttpRequest) -> Actor:
    """Return who is logged in; every page that calls this needs a login."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def visitor_of(request: HttpRequest) -> Actor | None:
    """Return who is logged in, if anybody."""
    actor: Actor | None = getattr(request, "actor", None)
    return actor


def typed(request: HttpRequest) -> QueryDict:
    """Return what the form sent, or what it could not send before because the session had ended; empty for neither."""
    if request.method == "POST":
        return request.POST
    kept: QueryDict | None = request.take_unsent()  # type: ignore[attr-defined]
    return kept or QueryDict()


def number(text: str | None) -> int | None:
    """Return a number from a query string, None for anything else."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else None


def request_id(request: HttpRequest) -> str:
    """Return the identifier of this request that the page carried, so that a double click opens one case."""
    return request.POST.get("request_id", "")[:64] or str(uuid4())


def is_phone(request: HttpRequest) -> bool:
    """Say whether the request comes from a phone (申报来源 2)."""
    return "Mobi" in request.headers.get("User-Agent", "")
