"""Choice of the city."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from xiangyun.portal.jishiban.queries import places

_YEAR = 365 * 24 * 3600


@login_not_required
@require_http_methods(["GET", "POST"])
def choose_city(request: HttpRequest) -> HttpResponse:
    """Show the cities and counties; remember the choice on this device."""
    target = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    if request.method == "POST":
        region = places.chosen_region(request.POST.get("region", ""))
        response = HttpResponseRedirect(target)
        response.set_cookie(
            "city", region.code, max_age=_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
        )
        return response
    here = places.chosen_region(request.COOKIES.get("city", ""))
    context = {"province": places.province(), "cities": places.list_cities(chosen=here), "here": here, "next": target}
    return render(request, "jishiban/city.html", context)
