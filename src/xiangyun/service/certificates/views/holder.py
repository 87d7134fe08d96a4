"""The holder's own files: the sealed OFD, and a PDF to look at and print."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiangyun.service.certificates import api
from xiangyun.service.certificates.queries.files import read_file
from xiangyun.service.certificates.queries.viewcopies import render_pdf, render_picture

_TYPES = {"ofd": "application/ofd", "pdf": "application/pdf", "png": "image/png"}


@require_safe
@never_cache
def download(request: HttpRequest, certificate_id: int, form: str) -> HttpResponse:
    """Hand out one's own certificate; `png` is the picture that the wallet shows."""
    if form not in _TYPES:
        raise Http404
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    if form == "png":  # looking at one's own wallet is no use that anybody needs to know of
        certificate = api.get_own_certificate(actor=actor, certificate_id=certificate_id, at=now)
        data = read_file(certificate_id=certificate_id)
    else:
        certificate, data = api.download_certificate(actor=actor, certificate_id=certificate_id, form=form, at=now)
    if form == "pdf":
        data = render_pdf(data)
    elif form == "png":
        data = render_picture(data)
    response = HttpResponse(data, content_type=_TYPES[form])
    name = f"{certificate.type_name}-{certificate.number}.{form}"
    response["Content-Disposition"] = str(content_disposition_header(form == "ofd", name))
    return response
