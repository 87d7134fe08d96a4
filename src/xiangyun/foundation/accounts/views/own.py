"""The person's own pages: account, contact data, real name, for whom they act."""

from datetime import datetime
from typing import cast

from allauth.account.decorators import reauthentication_required
from allauth.decorators import rate_limit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiangyun.foundation.accounts.errors import FieldNotMasked, PersonNotFound
from xiangyun.foundation.accounts.forms import ContactForm, IdentityForm, MandateForm
from xiangyun.foundation.accounts.middleware import SUBJECT_KEY, TRUST_KEY
from xiangyun.foundation.accounts.models import User
from xiangyun.foundation.accounts.operations.disclosure import unmask
from xiangyun.foundation.accounts.operations.mandates import give_mandate, revoke_mandate
from xiangyun.foundation.accounts.operations.people import change_contact, confirm_identity
from xiangyun.foundation.accounts.operations.subjects import switch_subject
from xiangyun.foundation.accounts.queries.firms import list_mandates, list_subjects
from xiangyun.foundation.accounts.queries.people import Profile, find_person, get_user_profile
from xiangyun.foundation.accounts.views.login import PREVIOUS_LOGIN_KEY
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import DomainError

_SHOWN = {
    "real_name": "姓名",
    "citizen_id": "身份证号码",
    "mobile": "手机号",
    "birth_date": "出生日期",
    "household_address": "户籍地址",
    "residence_address": "现住址",
    "bank_account": "银行账号",
}
_NEVER_MASKED_TO_SELF = {"real_name"}


def _actor(request: HttpRequest) -> Actor:
    return cast(Actor, request.actor)  # type: ignore[attr-defined]


def _typed(request: HttpRequest) -> QueryDict | None:
    """Return what the form sent, or could not send before because the session had ended."""
    return request.POST or request.take_unsent()  # type: ignore[attr-defined]


def _own_profile(request: HttpRequest) -> Profile:
    return get_user_profile(cast(int, _actor(request).user_id))


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Show the person's own account, masked."""
    profile = _own_profile(request)
    rows = [
        {
            "field": field,
            "label": label,
            "value": profile.real_name if field in _NEVER_MASKED_TO_SELF else profile.masked(field),
            "can_unmask": field not in _NEVER_MASKED_TO_SELF and bool(getattr(profile, field)),
        }
        for field, label in _SHOWN.items()
    ]
    previous = request.session.get(PREVIOUS_LOGIN_KEY)
    context = {
        "profile": profile,
        "rows": rows,
        "level_name": User.RealNameLevel(profile.real_name_level).label,
        "needs_real_name": profile.real_name_level < User.RealNameLevel.NAME_AND_ID,
        "previous_login": datetime.fromisoformat(previous) if previous else None,
    }
    return render(request, "accounts/me.html", context)


@require_safe
@reauthentication_required
def show_field(request: HttpRequest, field: str) -> HttpResponse:
    """Show one field in full after the password was asked for again; the look is written down."""
    if field not in _SHOWN:
        raise FieldNotMasked(field=field)
    actor = _actor(request)
    value = unmask(actor=actor, user_id=cast(int, actor.user_id), field=field, reason="本人查看", at=timezone.now())
    response = render(request, "accounts/show_field.html", {"label": _SHOWN[field], "value": value})
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
@reauthentication_required
def contact(request: HttpRequest) -> HttpResponse:
    """Change address and account for payments; asks for the password first, the form shows them in full."""
    profile = _own_profile(request)
    initial = {name: getattr(profile, name) for name in ("residence_address", "bank_name", "bank_account")}
    form = ContactForm(_typed(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_contact(actor=_actor(request), at=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, "联系信息已更新，今后办事将自动带出。")
            return redirect("accounts:me")
    response = render(request, "accounts/contact.html", {"form": form}, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
@rate_limit(action="real_name")
def real_name(request: HttpRequest) -> HttpResponse:
    """Confirm name and number with the real-name source and raise the session's level with the account's."""
    form = IdentityForm(_typed(request), initial={"real_name": _actor(request).name})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            level = confirm_identity(
                actor=_actor(request), name=data["real_name"], citizen_id=data["citizen_id"], at=timezone.now()
            )
        except DomainError as refusal:
            form.add_refusal(refusal)
        else:
            request.session[TRUST_KEY] = level
            messages.success(request, "实名认证已完成。")
            return redirect(_own_address(request, request.GET.get("next", "")) or "accounts:me")
    return render(request, "accounts/real_name.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Act for a firm, or for oneself again, and go back to where the person was."""
    raw = request.POST.get("firm_id", "")
    firm_id = int(raw) if raw.isdecimal() and len(raw) < 19 else None
    subject = switch_subject(actor=_actor(request), firm_id=firm_id, at=timezone.now())
    if subject.firm_id is None:
        request.session.pop(SUBJECT_KEY, None)
    else:
        request.session[SUBJECT_KEY] = subject.firm_id
    name = "本人" if subject.firm_id is None else subject.name
    messages.success(request, f"当前办事身份：{name}。")
    return redirect(_own_address(request, request.POST.get("next", "")) or "/")


def _own_address(request: HttpRequest, target: str) -> str:
    """Return an address of this site, nothing for any other."""
    hosts = {request.get_host()}
    return target if url_has_allowed_host_and_scheme(target, hosts, require_https=request.is_secure()) else ""


@require_http_methods(["GET", "POST"])
def mandates(request: HttpRequest) -> HttpResponse:
    """List for whom the person may act and who acts for their firms; give a mandate."""
    actor, today = _actor(request), timezone.localdate()
    user_id = cast(int, actor.user_id)
    subjects = list_subjects(user_id=user_id, on=today)
    firms = [(s.firm_id, s.name) for s in subjects if s.firm_id is not None and s.mandate_id is None]
    form = MandateForm(_typed(request), firms=firms, initial={"valid_from": today})
    if request.method == "POST" and form.is_valid():
        try:
            _give(actor, form.cleaned_data)
        except DomainError as refusal:
            form.add_refusal(refusal)
        else:
            messages.success(request, "授权已生效，经办人登录后可切换到该单位身份办事。")
            return redirect("accounts:mandates")
    known = [
        {"info": info, "is_live": info.is_live(today), "is_given": info.person_id != user_id}
        for info in list_mandates(user_id=user_id)
    ]
    context = {"subjects": subjects, "mandates": known, "form": form if firms else None}
    return render(request, "accounts/mandates.html", context, status=422 if form.errors else 200)


def _give(actor: Actor, data: dict[str, object]) -> None:
    person = find_person(name=str(data["person_name"]).strip(), mobile=str(data["person_mobile"]))
    if person is None:
        raise PersonNotFound
    give_mandate(
        actor=actor,
        firm_id=cast(int, data["firm"]),
        person_id=person,
        scope=str(data["scope"]),
        valid_from=data["valid_from"],  # type: ignore[arg-type]
        valid_to=data["valid_to"],  # type: ignore[arg-type]
        at=timezone.now(),
    )


@require_POST
def revoke(request: HttpRequest, mandate_id: int) -> HttpResponse:
    """Take a mandate back, or give one up."""
    revoke_mandate(
        actor=_actor(request), mandate_id=mandate_id, reason=request.POST.get("reason", "")[:200], at=timezone.now()
    )
    messages.success(request, "授权已撤销，立即生效。")
    return redirect("accounts:mandates")
