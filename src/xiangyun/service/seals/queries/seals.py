"""Reads of seals."""

import base64
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import connection
from django.db.models import Q

from xiangyun.foundation.access import api as access
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import NotAllowed
from xiangyun.kit.guomi.x509 import parse_certificate
from xiangyun.kit.ofd import SealHolder
from xiangyun.service.seals.adapters.keys import key_provider
from xiangyun.service.seals.errors import NoSeal, SealNotFound
from xiangyun.service.seals.models import AuthorityCertificate, Seal

APPROVAL_SEAL = Seal.Kind.BUSINESS.value
# asked for each paper, without the picture and the key
_LIVE = """
SELECT id, status, valid_from, valid_to FROM seals_seal
WHERE department_id = %s AND kind = %s AND status <> %s ORDER BY id LIMIT 1
"""


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


def get_seal(*, seal_id: int) -> SealRef:
    """Return a seal.

    Raises: SealNotFound.
    """
    row = Seal.objects.filter(pk=seal_id).first()
    if row is None:
        raise SealNotFound(seal_id=seal_id)
    return ref_of(row)


def find_seal(*, department_id: int) -> SealRef | None:
    """Return the department's live seal, frozen or not."""
    row = (
        Seal.objects.filter(department_id=department_id, kind=APPROVAL_SEAL).exclude(status=Seal.Status.REVOKED).first()
    )
    return ref_of(row) if row is not None else None


def find_usable_seal_id(*, department_id: int, at: datetime) -> int | None:
    """Return the id of the seal that may be used now; None if there is none at all.

    Raises: NoSeal when there is one that may not be used.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LIVE, [department_id, APPROVAL_SEAL, Seal.Status.REVOKED.value])
        row = cursor.fetchone()
    if row is None:
        return None
    seal_id, status, valid_from, valid_to = row
    if status != Seal.Status.ACTIVE or not valid_from <= at <= valid_to:
        raise NoSeal(department_id=department_id)
    return int(seal_id)


@dataclass(frozen=True, kw_only=True)
class SealRow:
    """A seal in a list for its keepers."""

    id: int
    code: str
    name: str
    kind_name: str
    department_name: str
    status: str
    status_name: str
    reason: str
    valid_from: datetime
    valid_to: datetime
    is_demo: bool


def list_seals_in_scope(
    *, actor: Actor, text: str = "", status: str = "", after: int | None = None, limit: int = 50
) -> list[SealRow]:
    """List the seals of the departments whose use of seals the actor may see, the latest first.

    `text` is the code of a seal, or the beginning of the name of a seal or a department; `after` is the last id before.

    Raises: NotAllowed for an actor without any such department.
    """
    scopes = access.list_scopes(actor, "seals.view_usage")
    if not scopes:
        raise NotAllowed(right="seals.view_usage")
    rows = Seal.objects.filter(access.filter_for(scopes, "department__region__path", "department__path"))
    if status:
        rows = rows.filter(status=status)
    if text:
        rows = rows.filter(Q(code=text) | Q(name__startswith=text) | Q(department__name__startswith=text))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    # pictures and data of seals are large and not shown
    rows = rows.select_related("department").defer("picture", "data", "certificate", "key_handle")
    return [
        SealRow(
            id=row.pk,
            code=row.code,
            name=row.name,
            kind_name=row.get_kind_display(),
            department_name=row.department.name,
            status=row.status,
            status_name=row.get_status_display(),
            reason=row.reason,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            is_demo=row.is_demo,
        )
        for row in rows.order_by("-pk")[:limit]
    ]


def list_expiring(*, before: datetime) -> list[tuple[str, datetime]]:
    """Return what ends before a moment, soonest first, at most fifty: the authority's certificates and live seals."""
    authority = AuthorityCertificate.objects.filter(valid_to__lt=before)
    live = Seal.objects.exclude(status=Seal.Status.REVOKED).filter(valid_to__lt=before)
    ends = [
        ending
        for rows in (authority, live)
        for ending in rows.order_by("valid_to").values_list("name", "valid_to")[:50]
    ]
    return sorted(ends, key=lambda ending: ending[1])[:50]


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
