"""The process page for officials; other pages include `workflow/process_drawing.html` with `view` instead."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from xiangyun.foundation.workflow import permissions
from xiangyun.foundation.workflow.queries.views import get_process_view
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import NotAllowed


def process_view(request: HttpRequest, process_id: int) -> HttpResponse:
    """Show where a process stands and how it came there."""
    view = get_process_view(process_id=process_id)
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or not actor.is_official:
        raise NotAllowed("办理流程图仅供工作人员查看。您的办件进度请在“吉事办”中查看。")
    permissions.require_view(actor, view.region_path, view.department_path)
    return render(request, "workflow/process.html", {"view": view})
