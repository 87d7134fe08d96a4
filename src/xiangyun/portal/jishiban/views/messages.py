"""The message centre and the page of one's own account."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.messaging import api as messaging
from xiangyun.portal.jishiban.views.inputs import actor_of, number

_PAGE = 20


@require_http_methods(["GET", "POST"])
def list_messages(request: HttpRequest) -> HttpResponse:
    """Show the messages; mark one or all as read; follow a message's link."""
    if request.method == "POST":
        return _mark(request)
    actor = actor_of(request)
    unread_only = request.GET.get("unread") == "1"
    found = messaging.list_messages(
        actor=actor, unread_only=unread_only, before=number(request.GET.get("before")), limit=_PAGE + 1
    )
    count = messaging.count_unread(actor=actor)
    base = reverse("jishiban:messages")
    context = {
        "shown": found[:_PAGE],
        "next_before": found[_PAGE - 1].id if len(found) > _PAGE else None,
        "has_unread": bool(count),
        "tabs": [
            {"label": "全部", "url": base, "count": None, "active": not unread_only},
            {"label": "未读", "url": f"{base}?unread=1", "count": count, "active": unread_only},
        ],
    }
    return render(request, "jishiban/messages.html", context)


def _mark(request: HttpRequest) -> HttpResponse:
    actor, at = actor_of(request), timezone.now()
    if request.POST.get("all"):
        messaging.mark_read(actor=actor, at=at)
        return redirect("jishiban:messages")
    wanted = number(request.POST.get("message"))
    link = ""
    if wanted is not None:
        found = messaging.list_messages(actor=actor, before=wanted + 1, limit=1)
        link = found[0].link if found and found[0].id == wanted else ""
        messaging.mark_read(actor=actor, message_ids=[wanted], at=at)
    if request.POST.get("open") and url_has_allowed_host_and_scheme(link, allowed_hosts={request.get_host()}):
        return HttpResponseRedirect(link)
    return redirect("jishiban:messages")


@require_safe
def show_me(request: HttpRequest) -> HttpResponse:
    """Show who is logged in, for whom they may act, and the way to everything of their own."""
    actor = actor_of(request)
    profile = accounts.get_user_profile(actor.user_id or 0)
    return render(request, "jishiban/me.html", {"mobile": profile.masked("mobile")})
