"""Errors outside any view: JSON `{code, message, details}` for programs, the pages of `ui` for people."""

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views import defaults

API = "/api/"


def wants_json(request: HttpRequest) -> bool:
    """Say whether the caller is a program: it came to the API, or prefers JSON and is no part of a page."""
    if request.path_info.startswith(API):
        return True
    return (
        not request.headers.get("HX-Request")
        and request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    )


def refuse(code: str, message: str, status: int) -> JsonResponse:
    """Return a refusal in the one shape of all errors."""
    return JsonResponse({"code": code, "message": message, "details": {}}, status=status)


def login_needed() -> JsonResponse:
    """Return the refusal of a request without a login."""
    return refuse("login_needed", "请先登录后再操作。", 401)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer a request that cannot be read (400)."""
    if wants_json(request):
        return refuse("bad_request", "请求格式有误，请检查后重试。", 400)
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer a request that Django itself refuses (403)."""
    if wants_json(request):
        return refuse("not_allowed", "您没有办理此操作的权限。", 403)
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer for an address that does not exist (404)."""
    if wants_json(request):
        return refuse("not_found", "没有找到相关内容，请核对地址。", 404)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Answer when the code failed (500); what failed is in the log only."""
    if wants_json(request):
        return refuse("server_error", "系统出现故障，已记录，请稍后再试或拨打12345咨询。", 500)
    return defaults.server_error(request)
