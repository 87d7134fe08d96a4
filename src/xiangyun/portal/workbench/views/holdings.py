"""What a body has: its items with the state of their guides, its seals with their validity."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from xiangyun.portal.workbench.permissions import actor_of, officials_only
from xiangyun.portal.workbench.views.tables import EXPORTED, PAGE, cursor_of, page_of, query_of, text_of, workbook
from xiangyun.service.items import api as items
from xiangyun.service.seals import api as seals


@officials_only
@require_safe
def item_list(request: HttpRequest) -> HttpResponse:
    """Show the items of the bodies this official looks after."""
    rows = items.list_implementations_in_scope(**_search(request, items.Status), limit=PAGE + 1)
    return render(request, "workbench/items.html", _context(request, rows, items.Status))


@officials_only
@require_safe
def export_items(request: HttpRequest) -> HttpResponse:
    """Send the same list as XLSX."""
    found = items.list_implementations_in_scope(**_search(request, items.Status) | {"after": None}, limit=EXPORTED)
    heads = ["事项", "实施编码", "版本", "实施主体", "状态", "状态说明", "发布时间", "指南版本", "指南"]
    rows = [
        [row.title, row.task_code, row.version, row.department_name, row.status_name, row.reason, row.published_at,
         row.guide_version, "现行" if row.is_guide_current else "已有新版本"]
        for row in found
    ]  # fmt: skip
    return workbook("items", "事项", heads, rows)


@officials_only
@require_safe
def seal_list(request: HttpRequest) -> HttpResponse:
    """Show the seals of the departments this official looks after."""
    rows = seals.list_seals_in_scope(**_search(request, seals.Status), limit=PAGE + 1)
    return render(request, "workbench/seals.html", {**_context(request, rows, seals.Status), "now": timezone.now()})


@officials_only
@require_safe
def export_seals(request: HttpRequest) -> HttpResponse:
    """Send the same list as XLSX."""
    found = seals.list_seals_in_scope(**_search(request, seals.Status) | {"after": None}, limit=EXPORTED)
    heads = ["印章", "印章编码", "印章类型", "用章单位", "状态", "变更理由", "生效时间", "失效时间", "演示密钥"]
    rows = [
        [row.name, row.code, row.kind_name, row.department_name, row.status_name, row.reason, row.valid_from, row.valid_to,
         "是" if row.is_demo else "否"]
        for row in found
    ]  # fmt: skip
    return workbook("seals", "印章", heads, rows)


def _search(request: HttpRequest, states: Any) -> dict[str, Any]:
    status = request.GET.get("status", "")
    return {
        "actor": actor_of(request),
        "text": text_of(request),
        "status": status if status in states.values else "",
        "after": cursor_of(request),
    }


def _context(request: HttpRequest, rows: list[Any], states: Any) -> dict[str, Any]:
    search = _search(request, states)
    chips = {"q": search["text"], "status": dict(states.choices).get(search["status"], "")}
    return {
        **page_of(request, rows),
        "search": search,
        "states": states.choices,
        "chips": [(label, query_of(request, "after", name)) for name, label in chips.items() if label],
    }
