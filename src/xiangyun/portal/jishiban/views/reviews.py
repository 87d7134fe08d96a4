"""Ratings: what waits to be rated, what was given, giving one (also by the code on a paper, without a login)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from xiangyun.engagement.reviews import api as reviews
from xiangyun.engagement.reviews.errors import NotInvited
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import DomainError
from xiangyun.portal.jishiban.views.inputs import actor_of, is_phone, number, typed, visitor_of
from xiangyun.portal.jishiban.views.own import offers_switch
from xiangyun.service.cases import api as cases

_PAGE = 20


@require_safe
def list_reviews(request: HttpRequest) -> HttpResponse:
    """Show what waits to be rated and the ratings given."""
    actor = actor_of(request)
    given = reviews.list_my_reviews(actor=actor, after=number(request.GET.get("after")), limit=_PAGE + 1)
    context = {
        "waiting": reviews.list_open_invitations(actor=actor, at=timezone.now()),
        "given": given[:_PAGE],
        "next_after": given[_PAGE - 1].id if len(given) > _PAGE else None,
    }
    return render(request, "jishiban/reviews.html", context)


@login_not_required
@require_http_methods(["GET", "POST"])
@offers_switch
def rate(request: HttpRequest, key: UUID) -> HttpResponse:
    """Rate one stage of a case; a token from a paper or a message stands for the login."""
    token = request.GET.get("t", "")[:200] or None
    actor = visitor_of(request)
    if actor is None and token is None:
        return redirect_to_login(request.get_full_path())
    invitation = _invitation_of(request, actor, key, token)
    errors: list[dict[str, str]] = []
    if request.method == "POST":
        try:
            return _submit(request, actor or Actor(user_id=None, name="访客"), invitation, token)
        except DomainError as refusal:
            errors = _sentences(refusal)
    given = None if invitation.is_open else reviews.find_review(case_key=invitation.case_key, stage=invitation.stage)
    context = _rating(request, invitation, given, errors)
    return render(request, "jishiban/rate.html", context, status=422 if errors else 200)


def _invitation_of(request: HttpRequest, actor: Actor | None, key: UUID, token: str | None) -> reviews.InvitationView:
    """Return the invitation of the token, or of the visitor's own case; no other exists for them."""
    if token is not None:
        invitation = reviews.find_invitation(token=token)
    else:
        facts = cases.get_case_facts(case_key=str(key))
        is_own = actor is not None and facts.is_of(actor)
        invitation = reviews.find_invitation(case_key=facts.key, stage=_stage_of(request)) if is_own else None
    if invitation is None or invitation.case_key != str(key):
        raise NotInvited
    return invitation


def _sentences(refusal: DomainError) -> list[dict[str, str]]:
    texts = [text for text in refusal.details.values() if isinstance(text, str)] if refusal.status == 422 else []
    return [{"field": "grade-5", "label": "", "text": text} for text in (texts or [refusal.text])]


def _submit(request: HttpRequest, actor: Actor, invitation: reviews.InvitationView, token: str | None) -> HttpResponse:
    grade = number(request.POST.get("grade")) or 0
    fitting = {code for code, _ in reviews.list_reasons(grade=grade)}
    reviews.submit_review(
        actor=actor,
        case_key=invitation.case_key,
        stage=invitation.stage,
        grade=grade,
        reason_codes=[code for code in request.POST.getlist("reason") if code in fitting],
        text=request.POST.get("text", ""),
        anonymous=bool(request.POST.get("anonymous")),
        channel="qr" if token else "mobile" if is_phone(request) else "pc",
        at=timezone.now(),
        token=token,
    )
    messages.success(request, "感谢您的评价。" if grade > 2 else "已收到您的意见，办理部门将联系您核实并整改。")
    return redirect("jishiban:home" if actor.user_id is None else "jishiban:reviews")


def _rating(
    request: HttpRequest,
    invitation: reviews.InvitationView,
    given: reviews.ReviewView | None,
    errors: list[dict[str, str]],
) -> dict[str, Any]:
    grades, sent = reviews.list_grades(), typed(request)
    return {
        "invitation": invitation,
        "given": given,
        "errors": errors,
        "grades": grades,
        "grade": sent.get("grade", ""),
        "chosen": sent.getlist("reason"),
        "text": sent.get("text", ""),
        "anonymous": bool(sent.get("anonymous")),
        "reasons": [(value, name, reviews.list_reasons(grade=value)) for value, name in grades],
        "back_url": reverse("jishiban:home") if visitor_of(request) is None else reverse("jishiban:reviews"),
    }


def _stage_of(request: HttpRequest) -> str:
    wanted = request.GET.get("stage", "")
    return wanted if wanted in reviews.Stage.values else reviews.Stage.COMPLETION.value
