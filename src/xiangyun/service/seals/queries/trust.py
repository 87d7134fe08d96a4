"""Whom this platform trusts when it verifies, and the verification itself."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta

from xiangyun.kit.guomi import Provider
from xiangyun.kit.guomi.revocation import issue_revocation_list
from xiangyun.kit.guomi.x509 import Certificate, parse_certificate, pem
from xiangyun.kit.ofd import Report, Trust, verify_detached, verify_ofd
from xiangyun.kit.ofd import Seal as SealData
from xiangyun.service.seals.errors import NoAuthority
from xiangyun.service.seals.models import AuthorityCertificate, Seal

LIST_LIFETIME = timedelta(days=1)
Role = AuthorityCertificate.Role


@dataclass(frozen=True, kw_only=True)
class Verification:
    """The report on a document; `is_demo` when a seal on it was made with demonstration keys of this platform."""

    report: Report
    is_demo: bool


def verify_document(*, data: bytes, at: datetime, signature: bytes | None = None) -> Verification:
    """Verify an OFD file, or any bytes with a detached seal, against this platform's authority and seal register."""
    trust = read_trust()
    report = verify_ofd(data, trust, at) if signature is None else verify_detached(data, signature, trust, at)
    codes = [item.seal.code for item in report.seals]
    return Verification(report=report, is_demo=Seal.objects.filter(code__in=codes, is_demo=True).exists())


def read_trust() -> Trust:
    """Return roots, intermediates and the look-ups of revocation."""
    certificates = {
        row["role"]: parse_certificate(bytes(row["certificate"]))
        for row in AuthorityCertificate.objects.values("role", "certificate")
    }
    return Trust(
        roots=[certificates[Role.ROOT]] if Role.ROOT in certificates else [],
        intermediates=[certificates[Role.ISSUER]] if Role.ISSUER in certificates else [],
        seal_revoked_at=_seal_revoked_at,
        certificate_revoked_at=_certificate_revoked_at,
    )


def list_chain() -> list[Certificate]:
    """Return root, issuer and maker.

    Raises: NoAuthority.
    """
    rows = {
        row.role: parse_certificate(bytes(row.certificate)) for row in AuthorityCertificate.objects.defer("key_handle")
    }
    if not rows:
        raise NoAuthority
    return [rows[role] for role in (Role.ROOT, Role.ISSUER, Role.MAKER) if role in rows]


def render_chain_pem() -> str:
    """Return the chain as PEM with the names in comments, for `openssl verify -CAfile`.

    Raises: NoAuthority.
    """
    return "".join(f"# {certificate.subject_text}\n{pem(certificate.der)}" for certificate in list_chain())


def build_revocation_list(*, provider: Provider, at: datetime) -> bytes:
    """Return the signed list of revoked seal certificates (DER), good for a day.

    Raises: NoAuthority.
    """
    issuer = AuthorityCertificate.objects.filter(role=Role.ISSUER).first()
    if issuer is None:
        raise NoAuthority
    revoked = (
        Seal.objects.filter(status=Seal.Status.REVOKED).order_by("id").values_list("certificate_serial", "revoked_at")
    )
    return issue_revocation_list(
        issuer=parse_certificate(bytes(issuer.certificate)),
        signer=provider.open(base64.b64decode(issuer.key_handle)),
        number=int(at.timestamp()),
        revoked=[(int(serial), moment) for serial, moment in revoked if moment is not None],
        this_update=at,
        next_update=at + LIST_LIFETIME,
    )


def _seal_revoked_at(seal: SealData) -> datetime | None:
    return Seal.objects.filter(code=seal.code).values_list("revoked_at", flat=True).first()


def _certificate_revoked_at(certificate: Certificate) -> datetime | None:
    if certificate.is_ca:
        return None
    rows = Seal.objects.filter(certificate_serial=str(certificate.serial))
    return rows.values_list("revoked_at", flat=True).first()
