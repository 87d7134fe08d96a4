"""The page behind the page: a form that saves itself while one types."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from xiangyun.foundation.forms.errors import AlreadySubmitted, DraftOvertaken
from xiangyun.foundation.forms.operations.filling import save_draft
from xiangyun.foundation.forms.queries.posts import parse_post, read_revision
from xiangyun.kit.actors import Actor


@require_POST
def draft(request: HttpRequest, form_id: int) -> HttpResponse:
    """Save the draft and tell the page its new revision, which questions to show and what is wrong so far."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    answers = parse_post(form_id=form_id, data=request.POST)
    try:
        saved = save_draft(
            actor=actor, form_id=form_id, answers=answers, revision=read_revision(request.POST), at=timezone.now()
        )
    except (DraftOvertaken, AlreadySubmitted) as error:
        context = {"error": error, "differences": error.details.get("differences", {})}
        return render(request, "forms/overtaken.html", context, status=error.status)
    response = render(request, "forms/saved.html", {"saved": saved})
    asked = [name for name in answers if name not in saved.problems]
    found = {"form": saved.form_id, "visible": saved.visible, "problems": saved.problems, "right": asked}
    response["HX-Trigger"] = json.dumps({"forms:state": found})
    return response
