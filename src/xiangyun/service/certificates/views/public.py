"""证照核验 for anybody: by identifier, by dynamic code, by file."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiangyun.kit.errors import DomainError
from xiangyun.kit.ofd import Status
from xiangyun.service.certificates import api
from xiangyun.service.certificates.permissions import address_of, require_few
from xiangyun.service.certificates.queries.present import check_token
from xiangyun.service.certificates.queries.verification import MAX_FILE

_ICONS = {Status.PASS: "circle-check", Status.FAIL: "circle-x", Status.UNKNOWN: "help-circle"}
_TONES = {Status.PASS: "success", Status.FAIL: "danger", Status.UNKNOWN: "neutral"}
_WORDS = {Status.PASS: "通过", Status.FAIL: "未通过", Status.UNKNOWN: "未核验"}


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Show the ways to verify; with `?id=` the result."""
    wanted = request.GET.get("id", "").strip()
    if wanted:
        response: HttpResponse = by_identifier(request, identifier=wanted[:150])
        return response
    return render(request, "certificates/index.html")


@login_not_required
@require_safe
@never_cache
def by_identifier(request: HttpRequest, identifier: str) -> HttpResponse:
    """Show what anybody may know of a certificate."""
    require_few(request, "identifier")
    now = timezone.now()
    try:
        facts = api.verify_identifier(identifier=identifier, at=now)
    except DomainError as error:
        context = {"error": error.text, "identifier": identifier}
        return render(request, "certificates/index.html", context, status=error.status)
    return render(request, "certificates/result.html", {"facts": facts, "checked_at": now})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def by_present_code(request: HttpRequest, token: str) -> HttpResponse:
    """Verify a dynamic code; only the button uses it up, so that no preview of an address does."""
    require_few(request, "present")
    now = timezone.now()
    try:
        if request.method != "POST":
            check_token(token, now)
            return render(request, "certificates/present.html", {"token": token})
        seen = api.verify_present_token(
            token=token, at=now, actor=getattr(request, "actor", None), ip=address_of(request)
        )
    except DomainError as error:
        return render(request, "certificates/index.html", {"refused_code": error.text}, status=error.status)
    context = {"facts": seen.facts, "checked_at": now, "presented_at": seen.presented_at}
    return render(request, "certificates/result.html", context)


@login_not_required
@require_http_methods(["GET", "POST"])
@never_cache
def by_file(request: HttpRequest) -> HttpResponse:
    """Verify an uploaded file and show the report step by step; its address alone leads to the form."""
    if request.method == "GET":
        return redirect("certificates:verify")
    require_few(request, "file", per_minute=20)
    upload = request.FILES.get("file")
    if upload is None or not upload.size:
        return _refused_text(request, "请选择要核验的OFD文件。", 422)
    if upload.size > MAX_FILE:
        return _refused_text(request, "文件超过20 MB，不是电子证照文件。", 422)
    now = timezone.localtime()  # the report writes moments in the zone of `at`
    checked = api.verify_file(data=upload.read(), at=now)
    steps = [
        {
            "title": step.title,
            "detail": step.detail,
            "icon": _ICONS[step.status],
            "tone": _TONES[step.status],
            "word": _WORDS[step.status],
            "name": step.name,
        }
        for step in checked.steps
    ]
    context: dict[str, Any] = {"checked": checked, "steps": steps, "file_name": upload.name, "checked_at": now}
    return render(request, "certificates/report.html", context)


def _refused_text(request: HttpRequest, text: str, status: int) -> HttpResponse:
    return render(request, "certificates/index.html", {"file_error": text}, status=status)
