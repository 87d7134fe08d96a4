"""Pages for those who help others with their accounts: the window clerk and the system administrator."""

import secrets
from typing import cast

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from xiangyun.foundation.accounts.errors import PersonNotFound
from xiangyun.foundation.accounts.forms import ResetPasswordForm
from xiangyun.foundation.accounts.operations.passwords import reset_password
from xiangyun.foundation.accounts.queries.people import find_user_by_citizen_id, find_user_by_username
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import DomainError, NotAllowed

# without characters that are misread on paper
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"


@require_http_methods(["GET", "POST"])
@reauthentication_required
def reset(request: HttpRequest) -> HttpResponse:
    """Give a person a new password, shown once."""
    actor = cast(Actor, request.actor)  # type: ignore[attr-defined]
    if not actor.is_official:
        raise NotAllowed
    form = ResetPasswordForm(request.POST or None)
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        password = "Jl7-" + "".join(secrets.choice(_ALPHABET) for _ in range(10))
        try:
            who = form.cleaned_data["who"].strip()
            user_id = find_user_by_citizen_id(who) or find_user_by_username(who)
            if user_id is None:
                raise PersonNotFound("没有找到可用的账号，请核对身份证号或用户名。")
            reset_password(
                actor=actor,
                user_id=user_id,
                password=password,
                reason=form.cleaned_data["reason"],
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_refusal(refusal)
        else:
            context["password"] = password
    response = render(request, "accounts/reset_password.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response
