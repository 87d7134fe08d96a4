"""Reads of certificates: one by number, a holder's, and what the public may see."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from xiangyun.kit.actors import Actor
from xiangyun.kit.codes import check_certificate_identifier
from xiangyun.kit.errors import ValidationError
from xiangyun.kit.privacy import mask
from xiangyun.kit.rows import find_row
from xiangyun.service.certificates.errors import BadIdentifier, CertificateNotFound
from xiangyun.service.certificates.models import Certificate, CertificateType, CertificateUse
from xiangyun.service.certificates.queries.types import get_type, get_type_by_id
from xiangyun.service.certificates.queries.values import displayed

Status = Certificate.Status
_TONES = {Status.VALID: "success", Status.WITHHELD: "warning"}
WALLET_LIMIT = 500


@dataclass(frozen=True, kw_only=True)
class CertificateFacts:
    """What every reader of a certificate sees, as it stands at the moment of reading; a wallet holds just these."""

    id: int
    identifier: str
    type_key: str
    type_name: str
    number: str
    issuer_name: str
    holder_name: str
    issued_on: date
    valid_from: date
    valid_to: date | None
    status: str
    status_name: str
    tone: str
    in_force: bool
    version: int


@dataclass(frozen=True, kw_only=True)
class CertificateRef(CertificateFacts):
    """A certificate as the apps that may handle it see it: personal data in plain."""

    issuer_id: int
    holder_user_id: int | None
    holder_firm_id: int | None
    holder_code: str
    case_no: str
    file_digest: str
    face: dict[str, Any] = field(repr=False)

    @property
    def face_display(self) -> dict[str, str]:
        """The face as printed, by data element."""
        return displayed(self.face)


@dataclass(frozen=True, kw_only=True)
class PublicFacts(CertificateFacts):
    """What anybody who holds the identifier may learn: never more than stands on the face, persons masked."""

    type_code: str
    issuer_code: str
    is_demo: bool


@dataclass(frozen=True, kw_only=True)
class UseEntry:
    """One use of a certificate, as the holder sees it."""

    id: int
    certificate_id: int
    type_name: str
    kind: str
    kind_name: str
    at: datetime
    user_name: str
    is_official: bool
    purpose: str
    case_no: str


def get_by_identifier(*, identifier: str, at: datetime) -> CertificateRef:
    """Return a certificate by its identifier.

    Raises: CertificateNotFound.
    """
    row = find_row(Certificate, identifier=identifier)
    if row is None:
        raise CertificateNotFound(identifier=identifier)
    return ref_of(row, at)


def get_own_certificate(*, actor: Actor, certificate_id: int, at: datetime) -> CertificateRef:
    """Return a certificate of the person or of the firm they act for; any other does not exist for them.

    Raises: CertificateNotFound.
    """
    row = _own(actor).filter(pk=certificate_id).first()
    if row is None:
        raise CertificateNotFound(certificate_id=certificate_id)
    return ref_of(row, at)


def list_wallet(*, actor: Actor, at: datetime) -> list[CertificateFacts]:
    """Return the certificates of the person, or of the firm they act for, valid ones first, newest first."""
    rows = _own(actor).defer("face", "holder_code").order_by("-id")[:WALLET_LIMIT]
    cards = [CertificateFacts(**_facts(row, at)) for row in rows]
    return sorted(cards, key=lambda card: not card.in_force)


def list_in_force(*, at: datetime, firm_id: int | None = None, user_ids: Sequence[int] = ()) -> list[CertificateRef]:
    """Return what is in force of a firm, then of each person in the order named, newest first."""
    holders = Q(holder_user_id__in=user_ids)
    if firm_id is not None:
        holders |= Q(holder_firm_id=firm_id)
    rows = Certificate.objects.filter(holders, status=Status.VALID).order_by("-id")[:WALLET_LIMIT]
    found = [held for held in (ref_of(row, at) for row in rows) if held.in_force]
    order = {user_id: place for place, user_id in enumerate(user_ids)}
    return sorted(found, key=lambda held: -1 if held.holder_user_id is None else order.get(held.holder_user_id, -1))


def find_previous(
    *, type_key: str, at: datetime, firm_id: int | None = None, user_id: int | None = None
) -> CertificateRef | None:
    """Return the certificate that a new one of this type replaces, where it is certain which: nobody holds two of the type.

    That is so for papers of a person and for those whose number is the holder's; of other types, such as one a vehicle
    or one a shop, a holder may have many.
    """
    kind = get_type(type_key)
    if kind.holder_category != CertificateType.HolderCategory.PERSON and "{holder_code}" not in kind.number_format:
        return None
    held = list_in_force(at=at, firm_id=firm_id, user_ids=[user_id] if user_id is not None else [])
    found = [each for each in held if each.type_key == type_key]
    return found[0] if len(found) == 1 else None


def verify_identifier(*, identifier: str, at: datetime) -> PublicFacts:
    """Return what anybody may learn by the identifier.

    Raises: BadIdentifier, CertificateNotFound.
    """
    try:
        wanted = check_certificate_identifier(identifier)
    except ValidationError as error:
        raise BadIdentifier(error.text, identifier=error.text) from error
    row = Certificate.objects.defer("face", "holder_code").filter(identifier=wanted).first()
    if row is None:
        raise CertificateNotFound
    return public_facts_of(row, at)


def find_public_facts(identifier: str, at: datetime) -> tuple[PublicFacts, str] | None:
    """Return facts and file digest of an identifier found inside a file, None if it is not registered here."""
    row = Certificate.objects.defer("face", "holder_code").filter(identifier=identifier).first()
    return (public_facts_of(row, at), row.file_digest) if row is not None else None


def list_uses(*, actor: Actor, certificate_id: int | None = None, limit: int = 50) -> list[UseEntry]:
    """Return the uses of the holder's certificates, or of one of them, newest first."""
    rows = CertificateUse.objects.filter(certificate__in=_own(actor).values("pk"))
    if certificate_id is not None:
        rows = rows.filter(certificate_id=certificate_id)
    found = rows.select_related("certificate__certificate_type").defer("certificate__face", "certificate__holder_code")
    return [
        UseEntry(
            id=row.pk,
            certificate_id=row.certificate_id,
            type_name=row.certificate.certificate_type.name,
            kind=row.kind,
            kind_name=row.get_kind_display(),
            at=row.at,
            user_name=row.user_name if row.is_official or not row.user_name else mask("name", row.user_name),
            is_official=row.is_official,
            purpose=row.purpose,
            case_no=row.case_no,
        )
        for row in found.order_by("-id")[:limit]
    ]


def status_at(row: Certificate, at: datetime) -> tuple[str, str]:
    """Return code and name of the status now: expiry is computed, never waited for."""
    if row.status == Status.VALID and row.valid_to is not None and timezone.localdate(at) > row.valid_to:
        return Status.EXPIRED.value, "已过期"
    return row.status, str(Status(row.status).label)


def is_in_force(row: Certificate, at: datetime) -> bool:
    """Say whether the certificate may be shown and used now."""
    return status_at(row, at)[0] == Status.VALID and row.valid_from <= timezone.localdate(at)


def ref_of(row: Certificate, at: datetime) -> CertificateRef:
    """Return the row for apps."""
    return CertificateRef(
        **_facts(row, at),
        issuer_id=row.issuer_id,
        holder_user_id=row.holder_user_id,
        holder_firm_id=row.holder_firm_id,
        holder_code=row.holder_code,
        case_no=row.case_no,
        file_digest=row.file_digest,
        face=row.face,
    )


def public_facts_of(row: Certificate, at: datetime) -> PublicFacts:
    """Return the row for the public."""
    kind = get_type_by_id(row.certificate_type_id)
    facts = _facts(row, at)
    if row.holder_code_type != "001":
        facts["holder_name"] = mask("name", row.holder_name)
    return PublicFacts(
        **facts,
        type_code=kind.type_code,
        issuer_code=row.issuer_code,
        is_demo=kind.is_demo_code or row.source == Certificate.Source.DEMO,
    )


def _facts(row: Certificate, at: datetime) -> dict[str, Any]:
    kind = get_type_by_id(row.certificate_type_id)
    status, name = status_at(row, at)
    return {
        "id": row.pk,
        "identifier": row.identifier,
        "type_key": kind.key,
        "type_name": kind.name,
        "number": row.number,
        "issuer_name": row.issuer_name,
        "holder_name": row.holder_name,
        "issued_on": row.issued_on,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "status": status,
        "status_name": name,
        "tone": _TONES.get(Status(status), "danger"),
        "in_force": is_in_force(row, at),
        "version": row.version,
    }


def _own(actor: Actor) -> QuerySet[Certificate]:
    if actor.firm_id is not None:
        return Certificate.objects.filter(holder_firm_id=actor.firm_id)
    if actor.user_id is None:
        return Certificate.objects.none()
    return Certificate.objects.filter(holder_user_id=actor.user_id)
