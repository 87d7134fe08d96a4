"""Handing out a file to the person who uploaded it; all other readers go through the app that owns the record."""

from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_GET

from xiangyun.foundation.files import api
from xiangyun.kit.errors import NotFound


@require_GET
def own_file(request: HttpRequest, file_id: UUID) -> FileResponse:
    """Send an upload back to its uploader; anybody else learns nothing of it."""
    ref = api.get_file(file_id=file_id)
    if ref.uploaded_by_id is None or ref.uploaded_by_id != request.user.pk:
        raise NotFound(file_id=str(file_id))
    return FileResponse(api.open_file(file_id=file_id), **ref.response_options())
