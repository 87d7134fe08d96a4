"""Reads of the directory of certificate types."""

from dataclasses import dataclass
from typing import Any

from xiangyun.foundation.packs import api as packs
from xiangyun.service.certificates.errors import TypeNotFound
from xiangyun.service.certificates.models import CertificateType

GENERIC_FACE = "generic"


@dataclass(frozen=True, kw_only=True)
class FaceField:
    """One datum on the face: the data element and the label printed before it."""

    element: str
    label: str
    is_printed: bool = True


@dataclass(frozen=True, kw_only=True)
class CertificateTypeRef:
    """A type as other apps see it."""

    id: int
    key: str
    name: str
    type_code: str
    is_demo_code: bool
    defining_body: str
    holder_category: str
    category: str
    validity_kind: int
    validity_note: str
    validity_length: int | None
    validity_rule: str
    face_fields: tuple[FaceField, ...]
    number_format: str
    present_level: int
    is_published: bool


_types: packs.ContentCache[str, CertificateTypeRef | None] = packs.ContentCache(seconds=600)
_by_id: packs.ContentCache[int, CertificateTypeRef] = packs.ContentCache(seconds=600)
_faces: packs.ContentCache[str, dict[str, Any]] = packs.ContentCache(seconds=600)


def get_type(key: str) -> CertificateTypeRef:
    """Return a type by its key in the pack.

    Raises: TypeNotFound.
    """
    found = _types.get(key, lambda: _read(key))
    if found is None:
        raise TypeNotFound(type_key=key)
    return found


def get_type_by_id(id: int) -> CertificateTypeRef:
    """Return the type a certificate is of.

    Raises: TypeNotFound.
    """
    known = _by_id.peek(id)
    if known is None:  # one query for all of them: a wallet holds many types
        for row in CertificateType.objects.all():
            _by_id.put(row.pk, ref_of(row))
        known = _by_id.peek(id)
    if known is None:
        raise TypeNotFound(type_id=id)
    return known


def get_face_definition(key: str) -> dict[str, Any]:
    """Return the design of a type's face, the generic one where it has none of its own.

    Raises: TypeNotFound.
    """
    return _faces.get(key, lambda: _read_face(key))


def ref_of(row: CertificateType) -> CertificateTypeRef:
    """Return the row for readers."""
    return CertificateTypeRef(
        id=row.pk,
        key=row.key,
        name=row.name,
        type_code=row.type_code,
        is_demo_code=row.is_demo_code,
        defining_body=row.defining_body,
        holder_category=row.holder_category,
        category=row.category,
        validity_kind=row.validity_kind,
        validity_note=row.validity_note,
        validity_length=row.validity_length,
        validity_rule=row.validity_rule,
        face_fields=tuple(
            FaceField(element=f["element"], label=f["label"], is_printed=f.get("printed", True))
            for f in row.face_fields
        ),
        number_format=row.number_format,
        present_level=row.present_level,
        is_published=row.is_published,
    )


def _read(key: str) -> CertificateTypeRef | None:
    row = CertificateType.objects.filter(key=key).first()
    return ref_of(row) if row is not None else None


def _read_face(key: str) -> dict[str, Any]:
    row = CertificateType.objects.select_related("face").filter(key=key).first()
    if row is None or row.face is None:
        raise TypeNotFound("该证照类型还没有照面模板，请先加载照面模板。", type_key=key)
    definition: dict[str, Any] = row.face.definition
    return definition
