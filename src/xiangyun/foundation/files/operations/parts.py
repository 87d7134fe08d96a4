"""An upload in parts: what has arrived stays when the connection or the session breaks, and the rest follows.

Parts lie encrypted in the database, so that any process on any machine takes the next one; assembled they pass the
same checks as a file sent whole.
"""

import io
from datetime import datetime, timedelta
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from xiangyun.foundation.files.errors import EmptyFile, FileTooBig, NoFile, PartOutOfPlace
from xiangyun.foundation.files.models import PartialUpload, UploadPart
from xiangyun.foundation.files.operations.storing import MAX_BYTES, MEGABYTE, store_file
from xiangyun.foundation.files.queries.names import clean_name
from xiangyun.foundation.files.queries.parts import get_upload, read_parts, seal_part
from xiangyun.foundation.files.queries.stored import FileRef
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import NotAllowed
from xiangyun.kit.transactions import in_one_transaction

MAX_PART = 4 * MEGABYTE
# what the upload component offers: papers that every desk can look at
KINDS = ("pdf", "ofd", "jpg", "png")
LIFE = timedelta(days=1)


@in_one_transaction
def begin_upload(*, actor: Actor, name: str, size: int, at: datetime) -> UUID:
    """Announce a file of `size` bytes; return the id under which its parts follow.

    Raises: NotAllowed for the system, EmptyFile, FileTooBig.
    """
    if actor.user_id is None:
        raise NotAllowed
    if size < 1:
        raise EmptyFile
    if size > MAX_BYTES:
        raise FileTooBig
    row = PartialUpload.objects.create(uploaded_by_id=actor.user_id, name=clean_name(name), size=size, begun_at=at)
    return row.id


@in_one_transaction
def add_part(*, actor: Actor, upload_id: UUID, start: int, content: bytes) -> int:
    """Keep the bytes from `start` on; return how many have arrived by now.

    Raises: UploadGone (also for another's upload), PartOutOfPlace with `received` where the next part begins.
    """
    row = get_upload(actor=actor, upload_id=upload_id, lock=True)
    received = start + len(content)
    if start != row.received or not 0 < len(content) <= MAX_PART or received > row.size:
        raise PartOutOfPlace(received=row.received)
    UploadPart.objects.create(upload=row, start=start, content=seal_part(row.id, start, content))
    row.received = received
    row.save(update_fields=["received"])
    return received


@in_one_transaction
def store_upload(*, actor: Actor, upload: UploadedFile | str | None, purpose: str, at: datetime) -> FileRef:
    """Keep what a form sent in its file field: the file, or the id of one that came in parts.

    Raises: NoFile, UploadGone, PartOutOfPlace, and what `store_file` raises.
    """
    if not upload:
        raise NoFile
    if isinstance(upload, UploadedFile):
        return store_file(actor=actor, stream=upload, name=upload.name or "", purpose=purpose, at=at, kinds=KINDS)
    row = get_upload(actor=actor, upload_id=upload, lock=True)
    if row.received < row.size:
        raise PartOutOfPlace(received=row.received)
    content = io.BytesIO(read_parts(row))
    stored = store_file(actor=actor, stream=content, name=row.name, purpose=purpose, at=at, kinds=KINDS)
    row.delete()
    return stored


def discard_stale_uploads(*, at: datetime) -> int:
    """Forget uploads begun a day ago that nobody finished; return how many."""
    stale = PartialUpload.objects.filter(begun_at__lt=at - LIFE)
    return stale.delete()[1].get(PartialUpload._meta.label, 0)
