"""Taking in large files part by part; a file is handed out by the app whose record refers to it."""

from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from xiangyun.foundation.files.operations.parts import MAX_PART, add_part, begin_upload
from xiangyun.foundation.files.queries.parts import get_upload
from xiangyun.kit.actors import Actor


@require_POST
def begin(request: HttpRequest) -> JsonResponse:
    """Take name and size of a large file."""
    upload_id = begin_upload(
        actor=_actor(request),
        name=request.POST.get("name", ""),
        size=_number(request.POST.get("size", "")),
        at=timezone.now(),
    )
    return JsonResponse({"id": upload_id, "received": 0}, status=201)


@require_http_methods(["GET", "POST"])
def part(request: HttpRequest, upload_id: UUID) -> JsonResponse:
    """Take the part that begins at `from`; asked by GET, say how far the file has come."""
    actor = _actor(request)
    if request.method == "GET":
        return JsonResponse({"received": get_upload(actor=actor, upload_id=upload_id).received})
    start, sent = _number(request.POST.get("from", "")), request.FILES.get("part")
    content = sent.read(MAX_PART + 1) if sent else b""
    return JsonResponse({"received": add_part(actor=actor, upload_id=upload_id, start=start, content=content)})


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def _number(text: str) -> int:
    """Read a count of bytes; what is none counts as -1 and fits nowhere."""
    return int(text) if text.isdecimal() and len(text) < 10 else -1
