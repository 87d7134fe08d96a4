"""Reads of seals and of their use."""

import base64
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from xiangyun.kit.guomi.x509 import parse_certificate
from xiangyun.kit.ofd import SealHolder
from xiangyun.service.seals.adapters.keys import key_provider
from xiangyun.service.seals.errors import NoSeal, SealNotFound
from xiangyun.service.seals.models import Seal, SealUse

APPROVAL_SEAL = Seal.Kind.BUSINESS.value


@dataclass(frozen=True, kw_only=True)
class SealRef:
    """A seal as other apps see it; `picture` is a PNG with alpha of `width_mm` by `height_mm`."""

    id: int
    code: str
    name: str
    kind: str
    kind_name: str
    department_id: int
    status: str
    status_name: str
    picture: bytes
    width_mm: int
    height_mm: int
    valid_from: datetime
    valid_to: datetime
    is_demo: bool


@dataclass(frozen=True, kw_only=True)
class SealUseEntry:
    """One use of a seal as read."""

    id: int
    at: datetime
    seal_code: str
    seal_name: str
    user_name: str
    format: str
    subject_type: str
    subject_id: str
    label: str
    digest: str


def get_seal(*, seal_id: int) -> SealRef:
    """Return a seal.

    Raises: SealNotFound.
    """
    row = Seal.objects.filter(pk=seal_id).first()
    if row is None:
        raise SealNotFound(seal_id=seal_id)
    return ref_of(row)


def find_seal(*, department_id: int, kind: str = APPROVAL_SEAL) -> SealRef | None:
    """Return the department's live seal of the kind, frozen or not."""
    row = Seal.objects.filter(department_id=department_id, kind=kind).exclude(status=Seal.Status.REVOKED).first()
    return ref_of(row) if row is not None else None


def find_usable_seal_id(*, department_id: int, kind: str, at: datetime) -> int | None:
    """Return the id of the seal that may be used now; None if there is none at all.

    Raises: NoSeal when there is one that may not be used.
    """
    row = (
        Seal.objects.filter(department_id=department_id, kind=kind)
        .exclude(status=Seal.Status.REVOKED)
        .values("id", "status", "valid_from", "valid_to")
        .first()
    )
    if row is None:
        return None
    if row["status"] != Seal.Status.ACTIVE or not row["valid_from"] <= at <= row["valid_to"]:
        raise NoSeal(department_id=department_id)
    return int(row["id"])


def list_seal_uses(
    *,
    seal_id: int | None = None,
    subject_type: str = "",
    subject_id: str = "",
    before: int | None = None,
    limit: int = 50,
) -> list[SealUseEntry]:
    """Return uses of a seal or on an object, newest first, by key-set."""
    rows = SealUse.objects.select_related("seal").order_by("-id")
    if seal_id is not None:
        rows = rows.filter(seal_id=seal_id)
    if subject_type:
        rows = rows.filter(subject_type=subject_type, subject_id=subject_id)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [
        SealUseEntry(
            id=row.pk,
            at=row.at,
            seal_code=row.seal.code,
            seal_name=row.seal.name,
            user_name=row.user_name,
            format=row.format,
            subject_type=row.subject_type,
            subject_id=row.subject_id,
            label=row.label,
            digest=row.digest,
        )
        for row in rows[: min(limit, 200)]
    ]


@lru_cache(maxsize=512)
def read_holder(seal_id: int) -> SealHolder:
    """Return the parsed seal with its signer, kept in the process: what it is made of never changes."""
    row = Seal.objects.only("data", "certificate", "key_handle", "width_mm", "height_mm").get(pk=seal_id)
    return SealHolder(
        bytes(row.data),
        parse_certificate(bytes(row.certificate)),
        key_provider().open(base64.b64decode(row.key_handle)),
        row.width_mm,
        row.height_mm,
    )


def ref_of(row: Seal) -> SealRef:
    """Return the row for readers."""
    return SealRef(
        id=row.pk,
        code=row.code,
        name=row.name,
        kind=row.kind,
        kind_name=row.get_kind_display(),
        department_id=row.department_id,
        status=row.status,
        status_name=row.get_status_display(),
        picture=bytes(row.picture),
        width_mm=row.width_mm,
        height_mm=row.height_mm,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        is_demo=row.is_demo,
    )
