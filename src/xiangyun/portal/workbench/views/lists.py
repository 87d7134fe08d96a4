"""Lists: what waits for me, and all cases in my scope."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from xiangyun.foundation.access import api as access
from xiangyun.foundation.ui import api as ui
from xiangyun.portal.workbench.permissions import actor_of, officials_only
from xiangyun.portal.workbench.queries import panel
from xiangyun.portal.workbench.views.tables import EXPORTED, cursor_of, query_of, text_of, workbook
from xiangyun.service.cases import api as cases


@officials_only
@require_safe
def todo(request: HttpRequest) -> HttpResponse:
    """Show the queue of cases that wait for this official, a tab for what is due today or late and each kind of act.

    Who is never given a case is brought to the first page of the desk that is theirs.
    """
    actor, act, text, at = actor_of(request), _act(request), text_of(request), timezone.now()
    entries = ui.list_menu(which="official", actor=actor, path=request.path)
    if entries and entries[0]["url"] != request.path:
        return redirect(entries[0]["url"])
    counts, rights = cases.count_desk(actor=actor), access.list_rights(actor)
    total = sum(counts.values())
    query = f"q={quote(text)}" if text else ""
    is_urgent, urgent = _is_urgent(request), cases.count_urgent(actor=actor, at=at) if total else 0
    tabs = [{"url": f"?{query}", "label": "全部", "count": total, "active": not act and not is_urgent}]
    if urgent or is_urgent:
        tabs.append({"url": "?urgent=1", "label": "今日到期和超期", "count": urgent, "active": is_urgent})
    tabs += [
        {"url": f"?act={code}&{query}".rstrip("&"), "label": name, "count": counts.get(code, 0), "active": act == code}
        for code, name in panel.ACT_NAMES.items()
        if counts.get(code) or act == code
    ]
    context = {
        "page": cases.list_desk(actor=actor, act=act, text=text, urgent=is_urgent, after=cursor_of(request), at=at),
        "urgent": urgent,
        "is_urgent": is_urgent,
        "tabs": tabs,
        "act": act,
        "text": text,
        "query": query_of(request, "after"),
        "total": total,
        "is_first": cursor_of(request) is None,
        "rights": rights,
        "is_acting": bool(entries),
    }
    return render(request, "workbench/todo.html", context)


@officials_only
@require_safe
def export_todo(request: HttpRequest) -> HttpResponse:
    """Send the queue as XLSX."""
    rows = cases.list_desk(
        actor=actor_of(request),
        act=_act(request),
        text=text_of(request),
        urgent=_is_urgent(request),
        limit=EXPORTED,
        at=timezone.now(),
    ).rows
    return _workbook("待办", rows)


@officials_only
@require_safe
def cases_in_scope(request: HttpRequest) -> HttpResponse:
    """Show the cases in the regions and departments this official looks after."""
    actor, narrowed, at = actor_of(request), _narrowed(request), timezone.now()
    page = cases.list_scope_cases(actor=actor, narrowed=narrowed, after=cursor_of(request), at=at)
    is_entered = narrowed == cases.CaseFilter() and cursor_of(request) is None
    context = {
        "overdue": cases.count_overdue(actor=actor, at=at) if is_entered else 0,
        "page": page,
        "narrowed": narrowed,
        "statuses": [choice for choice in cases.Status.choices if choice[0] != cases.Status.DRAFT],
        "query": query_of(request, "after"),
        "without_text": query_of(request, "after", "q"),
        "without_status": query_of(request, "after", "status"),
        "without_overdue": query_of(request, "after", "overdue"),
        "is_first": cursor_of(request) is None,
        "is_narrowed": narrowed != cases.CaseFilter(),
    }
    return render(request, "workbench/cases.html", context)


@officials_only
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Send the same list as XLSX, without personal numbers."""
    rows = cases.iterate_scope_cases(
        actor=actor_of(request), narrowed=_narrowed(request), at=timezone.now(), limit=EXPORTED
    )
    return _workbook("办件", rows)


def _workbook(title: str, rows: Sequence[cases.CaseRow]) -> HttpResponse:
    heads = ["办件编号", "事项", "申请人", "实施主体", "状态", "环节", "提交时间", "承诺办结日", "剩余时限", "时限单位"]
    lines = [
        [row.project_no or row.query_code, row.item_name, row.applicant_name, row.department_name, row.status_name,
         row.step_name, row.submitted_at, row.due_on, row.days_left, row.unit_name if row.days_left is not None else ""]
        for row in rows
    ]  # fmt: skip
    return workbook("cases", title, heads, lines)


def _act(request: HttpRequest) -> str:
    act = request.GET.get("act", "")
    return act if act in panel.ACT_NAMES else ""


def _is_urgent(request: HttpRequest) -> bool:
    return request.GET.get("urgent") == "1" and not _act(request)


def _narrowed(request: HttpRequest) -> cases.CaseFilter:
    found = cases.CaseFilter(
        status=request.GET.get("status", ""),
        text=text_of(request),
        overdue=request.GET.get("overdue") == "1",
    )
    return found if found.status in cases.Status.values else replace(found, status="")
