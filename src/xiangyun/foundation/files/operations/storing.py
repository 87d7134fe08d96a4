"""Taking an upload in, and giving up one that nothing refers to."""

import tempfile
from collections.abc import Sequence
from datetime import datetime
from typing import IO
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from PIL import Image, ImageOps

from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.files.adapters.scanner import scanner
from xiangyun.foundation.files.adapters.store import delete_content, write_content
from xiangyun.foundation.files.errors import EmptyFile, FileTooBig
from xiangyun.foundation.files.models import StoredFile
from xiangyun.foundation.files.queries.content import DEFAULT_KINDS, Kind, detect_kind
from xiangyun.foundation.files.queries.names import clean_name, extension_of
from xiangyun.foundation.files.queries.stored import FileRef, ref_of
from xiangyun.kit.actors import Actor
from xiangyun.kit.guomi import sm3
from xiangyun.kit.rows import append_rows
from xiangyun.kit.transactions import in_one_transaction

MEGABYTE = 1024 * 1024
MAX_BYTES = 20 * MEGABYTE
_LONGEST_PURPOSE = 60
_CHUNK = 64 * 1024


@in_one_transaction
def store_file(
    *,
    actor: Actor,
    stream: IO[bytes],
    name: str,
    purpose: str,
    at: datetime,
    max_bytes: int = MAX_BYTES,
    kinds: Sequence[str] = DEFAULT_KINDS,
) -> FileRef:
    """Check, hash and keep an upload; images are written anew, which drops what hides behind and in their metadata.

    Raises: EmptyFile, FileTooBig, WrongType, DamagedFile, InfectedFile, ScannerDown.
    """
    name = clean_name(name)
    with tempfile.SpooledTemporaryFile(max_size=MEGABYTE) as copy:
        _copy_limited(stream, copy, name, max_bytes)
        kind = detect_kind(copy, name=name, extension=extension_of(name), allowed=tuple(kinds))
        scanner().scan(copy)
        copy.seek(0)
        if kind.code in ("jpg", "png"):
            with tempfile.SpooledTemporaryFile(max_size=MEGABYTE) as clean:
                _rewrite_image(copy, clean, kind)
                return _keep(actor, clean, name, kind, purpose, at)
        return _keep(actor, copy, name, kind, purpose, at)


@in_one_transaction
def discard_file(*, actor: Actor, file_id: UUID, at: datetime) -> None:
    """Delete a file that no record refers to any longer; one that is still referred to stays.

    The caller has let go of it and has checked the actor's right to do so.
    """
    row = StoredFile.objects.select_for_update().get(id=file_id)
    location = row.location
    try:
        with transaction.atomic():
            row.delete()
    except ProtectedError:
        return
    audit.record(
        actor=actor,
        action="files.discard_file",
        subject_type="files.storedfile",
        subject_id=str(file_id),
        label=row.name,
        at=at,
    )
    transaction.on_commit(lambda: delete_content(location=location))


def _copy_limited(source: IO[bytes], target: IO[bytes], name: str, max_bytes: int) -> None:
    """Copy piece by piece, so that a stream without an end stops at the limit."""
    size = 0
    while piece := source.read(_CHUNK):
        size += len(piece)
        if size > max_bytes:
            raise FileTooBig(f"“{name}”超过 {max_bytes / MEGABYTE:.0f} MB，请压缩或拆分后再上传。", max_bytes=max_bytes)
        target.write(piece)
    if size == 0:
        raise EmptyFile(f"“{name}”是空文件（0字节），请重新选择。")


def _rewrite_image(source: IO[bytes], target: IO[bytes], kind: Kind) -> None:
    """Write the pixels upright, without EXIF (place and device of a photo are nobody's business) and trailers."""
    with Image.open(source) as image:
        profile = image.info.get("icc_profile")
        if kind.code == "png":
            image.save(target, "PNG", icc_profile=profile)
        elif image.format == "JPEG" and image.getexif().get(0x0112, 1) == 1:
            image.save(target, "JPEG", quality="keep", icc_profile=profile)
        else:
            ImageOps.exif_transpose(image).save(target, "JPEG", quality=92, icc_profile=profile)


def _keep(actor: Actor, stream: IO[bytes], name: str, kind: Kind, purpose: str, at: datetime) -> FileRef:
    stream.seek(0)
    content, file_id = stream.read(), uuid4()
    digest = sm3(content).hex()
    wanted = f"{timezone.localtime(at):%Y/%m/%d}/{file_id}{kind.extensions[0]}"
    row = StoredFile(
        id=file_id,
        name=name,
        kind=kind.code,
        media_type=kind.media_type,
        size=len(content),
        sm3=digest,
        location=write_content(location=wanted, content=content, digest=digest),
        purpose=purpose[:_LONGEST_PURPOSE],
        uploaded_by_id=actor.user_id,
        uploaded_at=at,
    )
    append_rows([row])
    audit.record(
        actor=actor,
        action="files.store_file",
        subject_type="files.storedfile",
        subject_id=str(file_id),
        label=name,
        details={"sm3": digest, "size": row.size, "purpose": purpose},
        at=at,
    )
    return ref_of(row)
