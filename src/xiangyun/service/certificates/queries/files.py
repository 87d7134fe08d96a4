"""Reads of certificate files."""

from xiangyun.foundation.files import api as files
from xiangyun.foundation.files.errors import ContentLost
from xiangyun.service.certificates.errors import FileGone
from xiangyun.service.certificates.models import Certificate


def read_file(*, certificate_id: int) -> bytes:
    """Return the sealed OFD file as it was issued.

    Raises: FileGone, ContentDamaged.
    """
    location, digest = Certificate.objects.values_list("location", "file_digest").get(pk=certificate_id)
    try:
        return files.read_content(location=location, digest=digest)
    except ContentLost as error:
        raise FileGone(certificate_id=certificate_id) from error
