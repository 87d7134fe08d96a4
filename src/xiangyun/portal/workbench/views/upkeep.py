"""Upkeep: what the outbox could not deliver, and doing it again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from xiangyun.foundation.access import api as access
from xiangyun.foundation.events import api as events
from xiangyun.portal.workbench.permissions import actor_of, officials_only
from xiangyun.portal.workbench.views.tables import EXPORTED, PAGE, cursor_of, page_of, text_of, workbook

RIGHT = "events.replay"


@officials_only
@require_safe
def dead_letters(request: HttpRequest) -> HttpResponse:
    """List the deliveries that failed for good."""
    access.require(actor_of(request), RIGHT)
    text = text_of(request)
    dead = events.list_dead_deliveries(text=text, after=cursor_of(request) or 0, limit=PAGE + 1)
    context = {
        **page_of(request, dead),
        "text": text,
        "found": events.count_dead(text=text),
        "total": events.count_dead(),
        "pending": events.count_pending(at=timezone.now()),
    }
    return render(request, "workbench/upkeep.html", context)


@officials_only
@require_safe
def export_dead(request: HttpRequest) -> HttpResponse:
    """Send the same list as XLSX."""
    access.require(actor_of(request), RIGHT)
    heads = ["事件", "事件号", "接收方", "发生时间", "已试次数", "最后的错误"]
    dead = events.list_dead_deliveries(text=text_of(request), limit=EXPORTED)
    rows = [[row.event_name, row.event_id, row.receiver, row.occurred_at, row.attempts, row.last_error] for row in dead]
    return workbook("events", "投递失败", heads, rows)


@officials_only
@require_POST
def replay(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Deliver again."""
    actor = actor_of(request)
    access.require(actor, RIGHT)
    events.replay_delivery(actor=actor, delivery_id=delivery_id, at=timezone.now())
    messages.success(request, "已重新投递，请稍后刷新查看结果。")
    return redirect("workbench:upkeep")
