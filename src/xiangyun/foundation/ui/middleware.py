"""Refusals of the field as pages: what is wrong, why, what to do, whom to call; JSON for programs."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from xiangyun.kit.errors import DomainError

_TITLES = {
    401: ("请先登录", "login", "info"),
    403: ("没有权限", "lock", "warning"),
    404: ("没有找到相关内容", "map-2", "info"),
    405: ("不能直接打开", "info-circle", "info"),
    409: ("内容已经发生变化", "refresh", "warning"),
    410: ("内容已经失效", "clock-exclamation", "warning"),
    422: ("填写的内容有误", "alert-circle", "warning"),
    429: ("操作太频繁", "hourglass", "warning"),
}


class _ButtonsOnly(DomainError):
    code = "buttons_only"
    message = "这个地址不能直接打开，请回到原来的页面，点击其中的按钮办理。"
    status = 405


class RefusalMiddleware:
    """Turn a `DomainError` that a view let through into `ui/refusal.html`, a fragment for htmx, or JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; an address that only takes what a button sends says so to who opens it."""
        response = self.get_response(request)
        if response.status_code == 405 and request.method == "GET" and not response.content:
            return self.process_exception(request, _ButtonsOnly()) or response
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Render the refusal; anything but a `DomainError` is a fault and goes on to the 500 page."""
        if not isinstance(exception, DomainError):
            return None
        if "application/json" in request.headers.get("Accept", "") and not request.headers.get("HX-Request"):
            return JsonResponse(exception.as_dict(), status=exception.status)
        return render_refusal(request, exception)


def render_refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Answer with the refusal as a whole page, or as an alert when htmx asked for a part of one."""
    title, symbol, tone = _TITLES.get(error.status, ("操作未完成", "alert-triangle", "warning"))
    context = {
        "title": title,
        "symbol": symbol,
        "tone": tone,
        "text": error.text,
        "reasons": _reasons(error),
        "code": error.code,
        "trace": getattr(getattr(request, "actor", None), "trace", ""),
        "back_url": _back(request),
        "login_url": "",
    }
    if error.status == 401:
        next_url = request.get_full_path() if request.method == "GET" else _back(request)
        context["login_url"] = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': next_url})}"
    if request.headers.get("HX-Request"):
        response = render(request, "ui/refusal_part.html", context, status=error.status)
        response["HX-Retarget"], response["HX-Reswap"] = "#announcer", "innerHTML"
        return response
    return render(request, "ui/refusal.html", context, status=error.status)


def _reasons(error: DomainError) -> list[str]:
    """List what each field says that the sentence itself has not said."""
    said = [value for value in error.details.values() if isinstance(value, str) and value != error.text]
    return said if error.status == 422 else []


def _back(request: HttpRequest) -> str:
    referer = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(
        referer, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return referer if own and not referer.endswith(request.get_full_path()) else ""
