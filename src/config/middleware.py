"""What every request passes: health, trace and request line, headers that Django does not send, the login rule."""

import base64
import re
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from config.errors import API, login_needed, refuse, wants_json
from xiangyun.kit.privacy import current_keyring, fingerprint

Handler = Callable[[HttpRequest], HttpResponse]
_log = structlog.get_logger("xiangyun.request")
_UNSENT = "unsent"
_LONGEST_UNSENT = 64 * 1024
_UNSENT_SECONDS = 3600
_OWNER = "xiangyun_who"
_DOOR_KEYS = {"token", "ticket"}
_TRACE = re.compile(r"[0-9a-f]{32}")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_HEADERS = {
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class HealthMiddleware:
    """Answer `/health` for supervisors and load balancers, before hosts, sessions and redirects are looked at."""

    def __init__(self, get_response: Handler) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Say 200 when the database answers, 503 when it does not."""
        if request.path_info != "/health":
            return self.get_response(request)
        try:
            with connection.cursor() as cursor:
                cursor.execute("select 1")
        except DatabaseError:
            connection.close()
            return JsonResponse({"status": "unavailable", "database": "down"}, status=503)
        return JsonResponse({"status": "ok", "database": "up"})


class RequestMiddleware:
    """Give each request a trace, one log line and the security headers; queries of an address are never logged."""

    def __init__(self, get_response: Handler) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Bind the trace (the caller's, by W3C `traceparent`, or a new one) and time the request."""
        parts = request.headers.get("Traceparent", "").split("-")
        trace = parts[1] if len(parts) == 4 and _TRACE.fullmatch(parts[1]) else uuid.uuid4().hex
        request.META["XIANGYUN_TRACE"] = trace
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(trace=trace)
        started = time.perf_counter()
        response = _refuse_nul(request) if _has_nul(request) else self.get_response(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["X-Trace-Id"] = trace
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            # pages of a logged-in person must not stay in shared or disk caches
            response.headers.setdefault("Cache-Control", "private, no-store")
        milliseconds = round((time.perf_counter() - started) * 1000, 1)
        # a page takes a dozen files with it: their lines would drown its own
        is_file = request.path.startswith(settings.STATIC_URL) and response.status_code < 400
        write = _log.debug if is_file else _log.info
        write("request", method=request.method, path=_path(request), status=response.status_code, ms=milliseconds)
        return response


def _path(request: HttpRequest) -> str:
    """Return the path for the log, without what opens a door to whoever reads it there."""
    path = request.path
    for name, value in request.resolver_match.kwargs.items() if request.resolver_match else ():
        if name in _DOOR_KEYS:
            path = path.replace(value, "***")
    return path


def _has_nul(request: HttpRequest) -> bool:
    """Say whether anything that a page may read as text carries NUL, which no text column can hold; uploads may."""
    fields = [request.GET]
    if request.content_type in _FORMS and not request.path_info.startswith(API):
        fields.append(request.POST)
    elif b"\0" in request.body or b"\\u0000" in request.body:
        return True
    texts = [request.path_info, *request.COOKIES.values()]
    texts += [text for given in fields for name, values in given.lists() for text in (name, *values)]
    return any("\0" in text for text in texts)


def _refuse_nul(request: HttpRequest) -> HttpResponse:
    text = "提交的内容含有无法保存的字符，请删除后重试。"
    if wants_json(request):
        return refuse("invalid_character", text, 400)
    return HttpResponse(text, status=400, content_type="text/plain; charset=utf-8")


class LoginMiddleware(LoginRequiredMiddleware):
    """Ask for a login in the way the caller understands: JSON, a redirect by htmx of the whole page, or a redirect.

    What was typed on a page whose session had ended is kept; when its owner is back there, the page gets it by
    `request.take_unsent()`. Whose it is says a cookie that outlives the session: a screen in a hall has many users.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Offer the page what was kept for it, then apply the login rule."""
        request.take_unsent = partial(_take_unsent, request)  # type: ignore[attr-defined]
        return super().process_view(request, view_func, view_args, view_kwargs)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Keep what was sent where the answer is to log in first; mark whose browser it is."""
        wanted = urlsplit(response.headers.get("Location") or response.headers.get("HX-Redirect") or "")
        if request.method == "POST" and wanted.path == resolve_url(settings.LOGIN_URL):
            _keep_unsent(request, page=QueryDict(wanted.query).get("next"))
        if request.user.is_authenticated and request.COOKIES.get(_OWNER) != (owner := _owner_mark(request)):
            response.set_cookie(_OWNER, owner, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax")
        return response

    def handle_no_permission(  # type: ignore[override] # the stubs know redirects only
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """Answer 401 to programs; send people to the login page and back to where they were."""
        if wants_json(request):
            return login_needed()
        login = redirect_to_login(_page_of(request), self.get_login_url(view_func))
        if request.headers.get("HX-Request"):
            return HttpResponse("{}", status=401, headers={"HX-Redirect": login.url}, content_type="application/json")
        return login


def _page_of(request: HttpRequest) -> str:
    """Return the address of the page that a person looks at: of parts and of sent forms it is the one around them."""
    if request.headers.get("HX-Request"):
        around = request.headers.get("HX-Current-URL", "")
    else:
        around = request.headers.get("Referer", "") if request.method == "POST" else ""
    if not url_has_allowed_host_and_scheme(around, {request.get_host()}):
        return request.get_full_path()
    page = urlsplit(around)
    return f"{page.path}?{page.query}" if page.query else page.path


def _keep_unsent(request: HttpRequest, *, page: str | None) -> None:
    typed = request.POST.copy()
    for name in [name for name in typed if "password" in name or name == "csrfmiddlewaretoken"]:
        del typed[name]
    data, owner = typed.urlencode().encode(), request.COOKIES.get(_OWNER)
    if page is None or not data or len(data) > _LONGEST_UNSENT or request.user.is_authenticated or not owner:
        return
    # sessions lie in the database as they are, answers of a form do so encrypted only
    sealed = current_keyring().encrypt(_UNSENT, data)
    request.session[_UNSENT] = {"page": page, "owner": owner, "data": base64.b64encode(sealed).decode()}
    request.session.set_expiry(_UNSENT_SECONDS)


def _take_unsent(request: HttpRequest) -> QueryDict | None:
    kept = request.session.get(_UNSENT)
    if kept is None or kept["page"] != request.get_full_path() or request.method != "GET":
        return None
    del request.session[_UNSENT]
    if kept["owner"] != _owner_mark(request):
        return None
    messages.info(request, "登录失效前填写的内容已为您保留，请核对后继续。")
    return QueryDict(current_keyring().decrypt(_UNSENT, base64.b64decode(kept["data"])))


def _owner_mark(request: HttpRequest) -> str:
    return fingerprint("browser_owner", str(request.user.pk))
