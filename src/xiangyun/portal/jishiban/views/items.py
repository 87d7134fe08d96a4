"""Items: list with search and filters, guide page, choice of the place."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from xiangyun.portal.jishiban.queries import bodies, guides, places, wallet
from xiangyun.portal.jishiban.views.inputs import number, visitor_of
from xiangyun.service.items import api as items

_LONGEST_QUESTION = 60


@login_not_required
@require_safe
def list_items(request: HttpRequest) -> HttpResponse:
    """List services by words, audience, theme and department, seen from the chosen city."""
    query = request.GET
    audience = query.get("for", "") if query.get("for") in (guides.PERSON, guides.ORGANISATION) else ""
    here = places.chosen_region(request.COOKIES.get("city", ""))
    question = query.get("q", "").strip()[:_LONGEST_QUESTION]
    found = items.list_services(
        region_code=here.code,
        question=question,
        audience=audience,
        theme=query.get("theme", "")[:3],
        department_id=number(query.get("department")),
        fully_online=query.get("online") == "1",
        instant=query.get("instant") == "1",
        after=query.get("after", "")[:12],
    )
    context = {
        "found": found,
        "question": question,
        "here": here,
        "audience": audience,
        "audiences": guides.AUDIENCES,
        "theme": next((theme for theme in found.themes if theme.code == query.get("theme")), None),
        "department": next((d for d in found.departments if d.code == query.get("department")), None),
        "is_narrowed": any(query.get(name) for name in ("theme", "department", "online", "instant", "for")),
    }
    return render(request, "jishiban/items.html", context)


@login_not_required
@require_safe
def guide(request: HttpRequest, task_code: str) -> HttpResponse:
    """Show the guide of one body, narrowed to the handling item and the situation chosen."""
    actor = visitor_of(request)
    situation = {name[2:]: request.GET[name] for name in request.GET if name.startswith("s-") and request.GET[name]}
    page = items.get_guide_page(task_code=task_code, handle_item_code=request.GET.get("item", ""), situation=situation)
    held = wallet.held_types(actor=actor, at=timezone.now()) if actor and not actor.is_official else {}
    shown = [page.chosen] if page.chosen else page.handling_items
    context = {
        "page": page,
        "content": page.content,
        "standing": guides.standing_of(
            actor=actor,
            content=page.content,
            serial=page.chosen.serial if page.chosen else "",
            names={handling.serial: handling.name for handling in shown},
            on=timezone.localdate(),
        ),
        "materials": [(material, wallet.held_name(held, material.certificate_types)) for material in page.materials],
        "held_count": sum(bool(wallet.held_name(held, material.certificate_types)) for material in page.materials),
    }
    return render(request, "jishiban/guide.html", context)


@login_not_required
@require_safe
def where(request: HttpRequest, catalog_code: str) -> HttpResponse:
    """Let the visitor choose which body to go to: first those of their own place, others level by level or by name."""
    home = places.home_of(actor=visitor_of(request), city=request.COOKIES.get("city", ""))
    question = request.GET.get("q", "").strip()[:_LONGEST_QUESTION]
    region = places.region_or(request.GET.get("region", ""), home.region)
    context = {
        "name": request.GET.get("name", "")[:100],
        "home": home,
        "question": question,
        "found": bodies.find(catalog_code=catalog_code, words=question) if question else None,
        "here": bodies.look_at(catalog_code=catalog_code, region=region),
    }
    return render(request, "jishiban/where.html", context)
