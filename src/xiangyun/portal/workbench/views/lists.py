"""Lists: what waits for me, and all cases in my scope."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET
from openpyxl import Workbook

from xiangyun.foundation.access import api as access
from xiangyun.portal.workbench.permissions import actor_of, officials_only
from xiangyun.portal.workbench.queries.panel import ACT_NAMES
from xiangyun.service.cases import api as cases

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_EXPORTED = 5000
_LONGEST_TEXT = 60


@officials_only
@require_GET
def todo(request: HttpRequest) -> HttpResponse:
    """Show the queue of cases that wait for this official, a tab for each kind of act."""
    actor, act, text = actor_of(request), _act(request), _text(request)
    counts = cases.count_desk(actor=actor)
    total = sum(counts.values())
    query = f"q={quote(text)}" if text else ""
    tabs = [{"url": f"?{query}", "label": "全部", "count": total, "active": not act}]
    tabs += [
        {"url": f"?act={code}&{query}".rstrip("&"), "label": name, "count": counts.get(code, 0), "active": act == code}
        for code, name in ACT_NAMES.items()
        if counts.get(code) or act == code
    ]
    context = {
        "page": cases.list_desk(actor=actor, act=act, text=text, after=_cursor(request), at=timezone.now()),
        "tabs": tabs,
        "act": act,
        "text": text,
        "query": _query(request, "after"),
        "total": total,
        "is_first": _cursor(request) is None,
        "rights": access.list_rights(actor),
    }
    return render(request, "workbench/todo.html", context)


@officials_only
@require_GET
def export_todo(request: HttpRequest) -> HttpResponse:
    """Send the queue as XLSX."""
    rows = cases.list_desk(
        actor=actor_of(request), act=_act(request), text=_text(request), limit=_EXPORTED, at=timezone.now()
    ).rows
    return _workbook("待办", rows)


@officials_only
@require_GET
def cases_in_scope(request: HttpRequest) -> HttpResponse:
    """Show the cases in the regions and departments this official looks after."""
    narrowed = _narrowed(request)
    page = cases.list_scope_cases(actor=actor_of(request), narrowed=narrowed, after=_cursor(request), at=timezone.now())
    context = {
        "page": page,
        "narrowed": narrowed,
        "statuses": [choice for choice in cases.Status.choices if choice[0] != cases.Status.DRAFT],
        "query": _query(request, "after"),
        "without_text": _query(request, "after", "q"),
        "without_status": _query(request, "after", "status"),
        "without_overdue": _query(request, "after", "overdue"),
        "is_first": _cursor(request) is None,
        "is_narrowed": narrowed != cases.CaseFilter(),
    }
    return render(request, "workbench/cases.html", context)


@officials_only
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """Send the same list as XLSX, without personal numbers."""
    rows = cases.iterate_scope_cases(
        actor=actor_of(request), narrowed=_narrowed(request), at=timezone.now(), limit=_EXPORTED
    )
    return _workbook("办件", rows)


def _workbook(title: str, rows: Sequence[cases.CaseRow]) -> HttpResponse:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.append(
        ["办件编号", "事项", "申请人", "实施主体", "状态", "环节", "提交时间", "承诺办结日", "剩余时限", "时限单位"]
    )
    for row in rows:
        submitted = timezone.localtime(row.submitted_at).strftime("%Y-%m-%d %H:%M") if row.submitted_at else ""
        cells = [row.project_no or row.query_code, row.item_name, row.applicant_name, row.department_name, row.status_name,
                 row.step_name, submitted, row.due_on, row.days_left, row.unit_name if row.days_left is not None else ""]  # fmt: skip
        sheet.append([_plain(cell) for cell in cells])
    if len(rows) >= _EXPORTED:
        sheet.append([f"仅导出前 {_EXPORTED} 件，请缩小查询条件后分次导出"])
    name = f"cases-{timezone.localdate():%Y%m%d}.xlsx"
    answer = HttpResponse(content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
    book.save(answer)
    return answer


def _plain(cell: object) -> object:
    """Keep a spreadsheet from reading hostile text as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" else cell


def _act(request: HttpRequest) -> str:
    act = request.GET.get("act", "")
    return act if act in ACT_NAMES else ""


def _text(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\0", "").strip()[:_LONGEST_TEXT]


def _narrowed(request: HttpRequest) -> cases.CaseFilter:
    found = cases.CaseFilter(
        status=request.GET.get("status", ""),
        text=_text(request),
        overdue=request.GET.get("overdue") == "1",
    )
    return found if found.status in cases.Status.values else replace(found, status="")


def _cursor(request: HttpRequest) -> int | None:
    text = request.GET.get("after", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _query(request: HttpRequest, *dropped: str) -> str:
    query = request.GET.copy()
    for name in dropped:
        query.pop(name, None)
    return query.urlencode()
