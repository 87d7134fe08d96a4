"""Issuing papers: numbered without gaps inside the act's own transaction, sealed once."""

import io
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from xiangyun.foundation.documents.errors import AlreadySealed, MissingData
from xiangyun.foundation.documents.models import Document, Serial
from xiangyun.foundation.documents.queries.documents import DocumentRef, get_row, ref_of
from xiangyun.foundation.documents.queries.kinds import get_kind
from xiangyun.foundation.documents.queries.words import department_word
from xiangyun.foundation.files import api as files
from xiangyun.foundation.organisations import api as organisations
from xiangyun.kit.actors import SYSTEM
from xiangyun.kit.rows import insert_rows
from xiangyun.kit.transactions import in_one_transaction

MAX_PDF = 40 * files.MEGABYTE


@in_one_transaction
def create_document(
    *,
    kind: str,
    department_id: int,
    department_code: str,
    title: str,
    data: dict[str, Any],
    subject_type: str,
    subject_id: int,
    at: datetime,
) -> DocumentRef:
    """Write a paper down and give it the next number of its department, kind and year.

    The number is taken under a row lock that lasts until the caller commits: a rolled-back act leaves no gap.

    Raises: UnknownKind, MissingData.
    """
    found = get_kind(kind)
    if missing := [name for name in found.required if data.get(name) in (None, "", [], {})]:
        raise MissingData(kind=kind, missing=missing)
    department = organisations.get_department(id=department_id)
    year = timezone.localtime(at).year
    serial = _next_serial(department_id, found.pk, year) if found.is_numbered else None
    row = Document(
        kind=found,
        template_id=found.template_id,
        department_id=department_id,
        department_code=department_code,
        department_name=department.name,
        number=f"（{department_word(department)}）{found.word}字〔{year}〕第{serial:06}号" if serial else "",
        year=year,
        serial=serial,
        title=title[:200],
        data=data,
        subject_type=subject_type,
        subject_id=subject_id,
        issued_at=at,
    )
    insert_rows([row])
    return ref_of(row)


@in_one_transaction
def store_sealed(*, document_id: int, pdf: bytes, signature: bytes, at: datetime) -> DocumentRef:
    """Keep the sealed file and the signature over it; from now on this is the paper.

    Raises: UnknownDocument, AlreadySealed.
    """
    row = get_row(document_id, lock=True)
    if row.sealed_at is not None:
        raise AlreadySealed(document_id=document_id)
    stored = files.store_file(
        actor=SYSTEM,
        stream=io.BytesIO(pdf),
        name=f"{row.kind.name}{row.number}.pdf",
        purpose="documents.sealed",
        at=at,
        max_bytes=MAX_PDF,
        kinds=("pdf",),
    )
    row.file_id, row.signature, row.sealed_at = stored.id, signature, at
    row.save(update_fields=["file", "signature", "sealed_at"])
    return ref_of(row)


def _next_serial(department_id: int, kind_id: int, year: int) -> int:
    # one statement: insert the first or raise the last, either way holding the row's lock
    table = Serial._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {table} (department_id, kind_id, year, last) values (%s, %s, %s, 1) "  # noqa: S608
            f"on conflict (department_id, kind_id, year) do update set last = {table}.last + 1 returning last",
            [department_id, kind_id, year],
        )
        found: int = cursor.fetchone()[0]
    return found
