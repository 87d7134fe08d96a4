"""Papers as other apps and the public see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from xiangyun.foundation.documents.errors import AlreadySealed, UnknownDocument
from xiangyun.foundation.documents.models import Document
from xiangyun.foundation.documents.queries.typesetting import picture_svg, qr_svg, render_pages
from xiangyun.foundation.files import api as files
from xiangyun.kit.wording import chinese_day


@dataclass(frozen=True)
class DocumentRef:
    """A paper without its content."""

    id: int
    kind: str
    kind_name: str
    number: str
    title: str
    department_id: int
    department_name: str
    subject_type: str
    subject_id: int
    issued_at: datetime
    verify_key: UUID
    needs_seal: bool
    sealed_at: datetime | None
    file_id: UUID | None

    @property
    def is_sealed(self) -> bool:
        """Whether the seal is on it."""
        return self.sealed_at is not None


def get_document(*, document_id: int, lock: bool = False) -> DocumentRef:
    """Return a paper; `lock` holds it until the end of the caller's transaction.

    Raises: UnknownDocument.
    """
    return ref_of(get_row(document_id, lock=lock))


def find_by_key(*, verify_key: UUID) -> DocumentRef | None:
    """Return the paper whose QR code carries the key."""
    row = _rows().filter(verify_key=verify_key).first()
    return ref_of(row) if row else None


def list_documents(*, subject_type: str, subject_id: int) -> list[DocumentRef]:
    """List the papers about a record in the order in which they were issued."""
    return [ref_of(row) for row in _rows().filter(subject_type=subject_type, subject_id=subject_id).order_by("pk")]


def get_document_data(*, document_id: int) -> dict[str, Any]:
    """Return what a paper says; the caller has checked that it may be read.

    Raises: UnknownDocument.
    """
    data: dict[str, Any] = get_row(document_id).data
    return data


def render_pdf(*, document_id: int, seal_picture: bytes | None = None) -> bytes:
    """Typeset a paper to be sealed, the picture of the seal over its date; without it the page says 未用印.

    Raises: UnknownDocument, AlreadySealed, BadTemplate.
    """
    row = get_row(document_id)
    if row.sealed_at is not None:
        raise AlreadySealed(document_id=document_id)
    return render_pages(template=row.template.text, data=_content(row, seal_picture), at=row.issued_at)[0]


def read_pdf(*, document_id: int) -> bytes:
    """Return the sealed file, byte for byte, or a marked view of a paper whose seal is still to come.

    Raises: UnknownDocument.
    """
    row = get_row(document_id)
    if row.file_id is None:
        return render_pdf(document_id=document_id)
    with files.open_file(file_id=row.file_id) as stream:
        return stream.read()


def get_signature(*, document_id: int) -> bytes:
    """Return the detached signature over the sealed file.

    Raises: UnknownDocument also for a paper that is not sealed.
    """
    row = get_row(document_id)
    if row.signature is None:
        raise UnknownDocument(document_id=document_id)
    return bytes(row.signature)


def get_row(document_id: int, *, lock: bool = False) -> Document:
    """Return the row with kind and template.

    Raises: UnknownDocument.
    """
    rows = _rows().select_for_update(of=("self",)) if lock else _rows()
    row = rows.filter(pk=document_id).first()
    if row is None:
        raise UnknownDocument(document_id=document_id)
    return row


def ref_of(row: Document) -> DocumentRef:
    """Return a row without its content."""
    return DocumentRef(
        id=row.pk,
        kind=row.kind.code,
        kind_name=row.kind.name,
        number=row.number,
        title=row.title,
        department_id=row.department_id,
        department_name=row.department_name,
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        issued_at=row.issued_at,
        verify_key=row.verify_key,
        needs_seal=row.kind.is_sealed,
        sealed_at=row.sealed_at,
        file_id=row.file_id,
    )


def _rows() -> QuerySet[Document]:
    return Document.objects.select_related("kind", "template")


def _content(row: Document, seal_picture: bytes | None) -> dict[str, Any]:
    unsealed = row.kind.is_sealed and seal_picture is None
    paper = {
        "title": row.kind.name,
        "number": row.number,
        "subject": row.title,
        "department": row.department_name,
        "on": chinese_day(timezone.localdate(row.issued_at)),
        "qr": qr_svg(text=settings.XIANGYUN_PUBLIC_URL + reverse("documents:verify", args=[row.verify_key])),
        "verify_code": verify_code(row.verify_key),
        "seal": picture_svg(picture=seal_picture) if seal_picture else None,
        "mark": "未用印" if unsealed else None,
    }
    return {"paper": paper, "data": row.data}


def verify_code(key: UUID) -> str:
    """Return the first 64 bits of a key in groups, to be compared by eye."""
    text = key.hex[:16].upper()
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))
