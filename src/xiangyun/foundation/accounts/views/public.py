"""Pages before login: registration, and what to do about a forgotten password."""

import secrets

from allauth.decorators import rate_limit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from xiangyun.foundation.accounts.errors import AlreadyRegistered
from xiangyun.foundation.accounts.forms import RegisterForm
from xiangyun.foundation.accounts.middleware import actor_for
from xiangyun.foundation.accounts.operations.people import register_person
from xiangyun.kit.errors import ValidationError

DONE = "注册申请已处理。请用手机号和刚设置的密码登录；如果您以前注册过，请用原来的密码登录。"


@login_not_required
@require_http_methods(["GET", "POST"])
@rate_limit(action="signup")
def register(request: HttpRequest) -> HttpResponse:
    """Register a citizen; the answer is the same whether or not the number or the mobile was known before."""
    if request.user.is_authenticated:
        return redirect("accounts:me")
    form = RegisterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            register_person(
                actor=actor_for(request, None),
                username=f"c{secrets.token_hex(8)}",
                name=data["real_name"],
                citizen_id=data["citizen_id"],
                mobile=data["mobile"],
                password=data["password"],
                at=timezone.now(),
            )
        except ValidationError as refusal:
            form.add_refusal(refusal)
        except AlreadyRegistered:
            messages.success(request, DONE)
            return redirect("account_login")
        else:
            messages.success(request, DONE)
            return redirect("account_login")
    return render(request, "accounts/register.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@require_safe
def forgot_password(request: HttpRequest) -> HttpResponse:
    """Say how to get a new password: in person, so that nobody takes over an account with what a list sells."""
    return render(request, "accounts/forgot_password.html")
