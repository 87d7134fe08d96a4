"""What anyone sees who scans the QR code of a paper: whether it exists, from whom, of when; nothing personal."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xiangyun.foundation.documents.queries.documents import find_by_key, verify_code
from xiangyun.foundation.files import api as files


@login_not_required
@require_safe
def verify(request: HttpRequest, verify_key: UUID) -> HttpResponse:
    """Show the public facts of a paper, to be compared with the paper in hand."""
    document = find_by_key(verify_key=verify_key)
    digest = files.get_file(file_id=document.file_id).sm3 if document and document.file_id else ""
    context = {"document": document, "verify_code": verify_code(verify_key), "digest": digest}
    return render(request, "documents/verify.html", context, status=200 if document else 404)
