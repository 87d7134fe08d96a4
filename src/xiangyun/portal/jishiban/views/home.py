"""The home of the hall: search first, life events, my cases and cards."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from xiangyun.portal.jishiban.queries import guides, places
from xiangyun.portal.jishiban.views.inputs import visitor_of
from xiangyun.service.cases import api as cases
from xiangyun.service.certificates import api as certificates
from xiangyun.service.items import api as items

_SHOWN = 8
_EXAMPLES = 5


@login_not_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show themes and services of the chosen city, and to those logged in what is theirs."""
    actor = visitor_of(request)
    audience = guides.audience_of(asked=request.GET.get("for", ""), actor=actor)
    here = places.chosen_region(request.COOKIES.get("city", ""))
    online = items.list_services(region_code=here.code, audience=audience, fully_online=True, limit=_SHOWN)
    context = {
        "audience": audience,
        "audiences": guides.AUDIENCES,
        "here": here,
        "themes": items.list_themes(region_code=here.code, audience=audience),
        "online": online.rows,
        "examples": sorted(online.rows, key=lambda card: len(card.title))[:_EXAMPLES],
        "online_total": online.total,
        "my_cases": [],
        "my_cards": [],
    }
    if actor is not None and not actor.is_official:
        context["my_cases"] = cases.list_my_cases(actor=actor, at=timezone.now(), limit=3).rows
        context["my_cards"] = certificates.list_wallet(actor=actor, at=timezone.now())[:3]
    return render(request, "jishiban/home.html", context)
