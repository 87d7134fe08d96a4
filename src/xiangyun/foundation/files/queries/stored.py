"""Reads of stored files."""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from uuid import UUID

from xiangyun.foundation.files.adapters.store import read_content
from xiangyun.foundation.files.models import StoredFile
from xiangyun.kit.errors import NotFound
from xiangyun.kit.rows import find_row

_SHOWN_IN_PAGE = {"application/pdf", "image/jpeg", "image/png"}


@dataclass(frozen=True, kw_only=True)
class FileRef:
    """A stored file without its content."""

    id: UUID
    name: str
    size: int
    media_type: str
    sm3: str
    purpose: str
    uploaded_by_id: int | None
    uploaded_at: datetime

    def response_options(self) -> dict[str, Any]:
        """Return the arguments of `FileResponse` under which a view may hand it out: no sniffing, script or cache."""
        return {
            "filename": self.name,
            "content_type": self.media_type,
            "as_attachment": self.media_type not in _SHOWN_IN_PAGE,
            "headers": {
                "X-Content-Type-Options": "nosniff",
                "Content-Security-Policy": "sandbox; default-src 'none'",
                "Cache-Control": "private, no-store",
            },
        }


def ref_of(row: StoredFile) -> FileRef:
    """Return the row as a value."""
    return FileRef(
        id=row.id,
        name=row.name,
        size=row.size,
        media_type=row.media_type,
        sm3=row.sm3,
        purpose=row.purpose,
        uploaded_by_id=row.uploaded_by_id,
        uploaded_at=row.uploaded_at,
    )


def get_file(*, file_id: UUID | str, owner_id: int | None = None) -> FileRef:
    """Return the file; with `owner_id` only if that account uploaded it, so that nobody hands in another's file.

    Raises: NotFound.
    """
    row = _get_row(file_id)
    if owner_id is not None and row.uploaded_by_id != owner_id:
        raise NotFound(file_id=str(file_id))
    return ref_of(row)


def open_file(*, file_id: UUID | str) -> IO[bytes]:
    """Open the content for reading. The caller has checked that its reader may see it.

    Raises: NotFound, ContentLost, ContentDamaged.
    """
    row = _get_row(file_id)
    return io.BytesIO(read_content(location=row.location, digest=row.sm3))


def _get_row(file_id: UUID | str) -> StoredFile:
    try:
        wanted = file_id if isinstance(file_id, UUID) else UUID(str(file_id))
    except ValueError as error:
        raise NotFound(file_id=str(file_id)) from error
    row = find_row(StoredFile, id=wanted)
    if row is None:
        raise NotFound(file_id=str(file_id))
    return row
