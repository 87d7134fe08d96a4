"""Reads of uploads that are still arriving."""

from uuid import UUID

from xiangyun.foundation.files.errors import UploadGone
from xiangyun.foundation.files.models import PartialUpload
from xiangyun.kit.actors import Actor
from xiangyun.kit.privacy import current_keyring

_KEY = "file"


def get_upload(*, actor: Actor, upload_id: UUID | str, lock: bool = False) -> PartialUpload:
    """Return the actor's own upload.

    Raises: UploadGone.
    """
    rows = PartialUpload.objects.select_for_update() if lock else PartialUpload.objects
    try:
        wanted = upload_id if isinstance(upload_id, UUID) else UUID(upload_id)
        return rows.get(id=wanted, uploaded_by_id=actor.user_id)
    except (PartialUpload.DoesNotExist, ValueError) as error:
        raise UploadGone from error


def seal_part(upload_id: UUID, start: int, content: bytes) -> bytes:
    """Encrypt a part for its place in its upload."""
    return current_keyring().encrypt(f"{upload_id}:{start}", content, key=_KEY)


def read_parts(row: PartialUpload) -> bytes:
    """Put the parts together."""
    parts = row.parts.order_by("start").values_list("start", "content")
    return b"".join(current_keyring().decrypt(f"{row.id}:{start}", bytes(sealed), key=_KEY) for start, sealed in parts)
