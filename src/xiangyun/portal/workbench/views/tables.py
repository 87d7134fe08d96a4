"""What all lists of the desk share: the search in the address, the place in the list, the export as XLSX."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from openpyxl import Workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXPORTED = 5000
PAGE = 50  # rows
_LONGEST_TEXT = 60


def text_of(request: HttpRequest, name: str = "q") -> str:
    """Return what is searched for."""
    return request.GET.get(name, "").replace("\0", "").strip()[:_LONGEST_TEXT]


def cursor_of(request: HttpRequest) -> int | None:
    """Return the place after which the page begins, if it is not the first."""
    text = request.GET.get("after", "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def query_of(request: HttpRequest, *dropped: str) -> str:
    """Return the query of the address without some of its parameters."""
    query = request.GET.copy()
    for name in dropped:
        query.pop(name, None)
    return query.urlencode()


def page_of(request: HttpRequest, rows: Sequence[Any]) -> dict[str, Any]:
    """Return one page of up to `PAGE` + 1 rows read, with what the pager needs; rows are told apart by `id`."""
    return {
        "rows": rows[:PAGE],
        "query": query_of(request, "after"),
        "is_first": cursor_of(request) is None,
        "next_after": rows[PAGE - 1].id if len(rows) > PAGE else None,
    }


def workbook(name: str, title: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> HttpResponse:
    """Send rows as a spreadsheet; a list cut off at `EXPORTED` says so in its last line."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.append(list(heads))
    for row in rows:
        sheet.append([_plain(cell) for cell in row])
    if len(rows) >= EXPORTED:
        sheet.append([f"仅导出前 {EXPORTED} 条，请缩小查询条件后分次导出"])
    filename = f"{name}-{timezone.localdate():%Y%m%d}.xlsx"
    answer = HttpResponse(content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{filename}"'})
    book.save(answer)
    return answer


def _plain(cell: object) -> object:
    """Write moments as on the pages, and keep a spreadsheet from reading hostile text as a formula."""
    if isinstance(cell, datetime):
        return timezone.localtime(cell).strftime("%Y-%m-%d %H:%M")
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" else cell
