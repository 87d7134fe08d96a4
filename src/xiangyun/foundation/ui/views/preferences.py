"""The switch of the elder version (长者版, 适老化改造) kept on the device."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

_YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def switch_elder(request: HttpRequest) -> HttpResponse:
    """Remember on this device whether pages are shown in the elder version, and go back."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = HttpResponseRedirect(target)
    wanted = "1" if request.POST.get("elder") == "1" else "0"
    response.set_cookie(
        "elder", wanted, max_age=_YEAR, samesite="Lax", secure=not settings.DEBUG and request.is_secure()
    )
    return response
