"""The gallery of components with their states; only in debug."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def show_gallery(request: HttpRequest) -> HttpResponse:
    """Show each component in each of its states."""
    return render(request, "ui/gallery.html", samples())


def samples() -> dict[str, Any]:
    """Return made-up values for every component."""
    at = datetime(2026, 11, 2, 1, 20, tzinfo=UTC)
    return {
        "at": at,
        "tones": ["neutral", "info", "success", "warning", "danger", "gold"],
        "steps": [
            {"name": "提交申请", "state": "done", "at": at},
            {"name": "受理", "state": "done", "at": at, "who": "二道区市场监管局"},
            {"name": "现场核查", "state": "paused", "note": "暂停计时"},
            {"name": "决定", "state": "todo"},
            {"name": "制证送达", "state": "todo"},
        ],
        "stages": [
            {"name": "情形", "state": "done", "url": "#"},
            {"name": "填写", "state": "current"},
            {"name": "材料", "state": "todo"},
            {"name": "确认提交", "state": "todo"},
        ],
        "tabs": [
            {"label": "待受理", "url": "?", "count": 12, "active": True},
            {"label": "审查中", "url": "?", "count": 5, "active": False},
            {"label": "已办结", "url": "?", "count": None, "active": False},
        ],
        "errors": [
            {"field": "g-id", "label": "身份证号", "text": "校验位不正确，请核对"},
            {"field": "", "label": "", "text": "请至少上传一份材料"},
        ],
        "history": [
            {"at": at, "title": "现场核查已安排", "text": "核查期间不计入办理时限（行政许可法第四十五条）"},
            {"at": at, "title": "已受理", "text": "（二道市监）受字〔2026〕第000123号"},
        ],
        "stars": [(5, "非常满意"), (4, "满意"), (3, "基本满意"), (2, "不满意"), (1, "非常不满意")],
        "reading": _reading(),
    }


def _reading() -> SimpleNamespace:
    def span(kind: str, label: str, since: int, until: int) -> SimpleNamespace:
        days = (until - since + 1) / 18
        return SimpleNamespace(
            kind=kind, label=label, since=date(2026, 11, since), until=date(2026, 11, until), share=days
        )

    return SimpleNamespace(
        name="承诺办结时限",
        limit=10,
        unit_name="个工作日",
        used=4,
        left=6,
        started_on=date(2026, 11, 2),
        due_on=date(2026, 11, 20),
        state="paused",
        is_overdue=False,
        explanation=["因现场核查暂停 3 个工作日（行政许可法第四十五条）", "还剩 6 个工作日"],
        spans=[
            span("used", "已用", 3, 4),
            span("paused", "暂停", 5, 9),
            span("used", "已用", 10, 11),
            span("left", "剩余", 12, 20),
        ],
    )
