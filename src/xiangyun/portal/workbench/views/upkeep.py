"""Upkeep: what the outbox could not deliver, and doing it again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from xiangyun.foundation.access import api as access
from xiangyun.foundation.events import api as events
from xiangyun.portal.workbench.permissions import actor_of, officials_only

RIGHT = "events.replay"
_PAGE = 50


@officials_only
@require_GET
def dead_letters(request: HttpRequest) -> HttpResponse:
    """List the deliveries that failed for good."""
    access.require(actor_of(request), RIGHT)
    after = request.GET.get("after", "")
    dead = events.list_dead_deliveries(after=int(after) if after.isdecimal() and len(after) < 19 else 0, limit=_PAGE)
    context = {
        "dead": dead,
        "total": events.count_dead(),
        "pending": events.count_pending(at=timezone.now()),
        "next_after": dead[-1].id if len(dead) == _PAGE else None,
    }
    return render(request, "workbench/upkeep.html", context)


@officials_only
@require_POST
def replay(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Deliver again."""
    access.require(actor_of(request), RIGHT)
    events.replay_delivery(delivery_id=delivery_id, at=timezone.now())
    messages.success(request, "已重新投递，请稍后刷新查看结果。")
    return redirect("workbench:upkeep")
