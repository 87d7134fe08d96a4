"""The levels of the region picker as JSON; public, because choosing a place comes before logging in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from xiangyun.foundation.regions import queries
from xiangyun.foundation.regions.errors import UnknownRegion


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def children(request: HttpRequest) -> JsonResponse:
    """Return the divisions below `?code=`; `&virtual=0` leaves out the platform's own nodes (for postal addresses)."""
    code = request.GET.get("code", "")
    try:
        found = queries.list_choices(code=code, virtual=request.GET.get("virtual") != "0")
    except UnknownRegion as error:
        return JsonResponse(error.as_dict(), status=error.status)
    choices = [
        {"code": choice.code, "name": choice.name, "initials": choice.initials, "has_children": choice.has_children}
        for choice in found
    ]
    return JsonResponse({"code": queries.normalise_code(code), "children": choices})
