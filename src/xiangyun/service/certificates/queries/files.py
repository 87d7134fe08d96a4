"""Reads of certificate files."""

from django.core.files.storage import default_storage

from xiangyun.service.certificates.errors import FileGone
from xiangyun.service.certificates.models import Certificate


def read_file(*, certificate_id: int) -> bytes:
    """Return the sealed OFD file as it was issued.

    Raises: FileGone.
    """
    location = Certificate.objects.filter(pk=certificate_id).values_list("location", flat=True).first()
    try:
        with default_storage.open(location or "") as stream:
            data: bytes = stream.read()
            return data
    except (OSError, ValueError) as error:
        raise FileGone(certificate_id=certificate_id) from error
