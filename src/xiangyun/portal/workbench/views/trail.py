"""审计记录: what was done, by whom, to what; taking it away is on record too."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from xiangyun.foundation.access import api as access
from xiangyun.foundation.audit import api as audit
from xiangyun.portal.workbench.permissions import actor_of, officials_only
from xiangyun.portal.workbench.queries import trail
from xiangyun.portal.workbench.views.tables import EXPORTED, PAGE, cursor_of, page_of, query_of, text_of, workbook


@officials_only
@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """Show the records, latest first, and whether their digests hold."""
    actor = actor_of(request)
    access.require(actor, "audit.view_records")
    search = _search(request)
    narrowed = search.narrowed()
    entries = audit.list_records(**narrowed, before=cursor_of(request), limit=PAGE + 1) if narrowed else []
    page = page_of(request, entries)
    rows = trail.list_rows(page["rows"])
    context = {
        **page,
        "rows": rows,
        "search": search,
        "chips": _chips(request, search),
        "risks": trail.RISKS,
        "altered": sum(row.is_altered for row in rows),
        "can_export": "audit.export_records" in access.list_rights(actor),
    }
    return render(request, "workbench/records.html", context)


@officials_only
@require_safe
def export_records(request: HttpRequest) -> HttpResponse:
    """Send the same list as XLSX; who took it is on record."""
    actor = actor_of(request)
    access.require(actor, "audit.export_records")
    narrowed = _search(request).narrowed()
    entries = []
    if narrowed:
        entries = audit.export_records(actor=actor, limit=EXPORTED, at=timezone.now(), **narrowed)
    heads = ["时间", "操作人", "身份", "代表的法人", "操作", "对象类型", "对象", "理由", "来源地址", "风险", "摘要校验",
             "详情"]  # fmt: skip
    rows = [
        [row.at, row.operator, row.role, row.firm, row.action, row.subject_name, row.label, row.reason, row.ip, row.risk,
         "不符" if row.is_altered else "相符", row.details]
        for row in trail.list_rows(entries)
    ]  # fmt: skip
    return workbook("audit", "审计记录", heads, rows)


def _search(request: HttpRequest) -> trail.Search:
    risk = request.GET.get("risk", "")
    return trail.Search(
        since=_day(request, "since"),
        until=_day(request, "until"),
        operator=text_of(request, "operator"),
        subject=text_of(request, "subject"),
        risk=risk if risk in dict(trail.RISKS) else "",
    )


def _chips(request: HttpRequest, search: trail.Search) -> list[tuple[str, str]]:
    shown = {
        "since": f"{search.since} 起" if search.since else "",
        "until": f"{search.until} 止" if search.until else "",
        "operator": search.operator,
        "subject": search.subject,
        "risk": dict(trail.RISKS).get(search.risk, ""),
    }
    return [(str(label), query_of(request, "after", name)) for name, label in shown.items() if label]


def _day(request: HttpRequest, name: str) -> date | None:
    """Return a day that can be reckoned with; the ends of the calendar have no neighbours."""
    try:
        day = parse_date(request.GET.get(name, ""))
    except ValueError:
        return None
    return day if day and 1900 < day.year < 9000 else None
