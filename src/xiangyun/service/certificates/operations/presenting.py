"""亮证: show a certificate by a dynamic code, and verify such a code once."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta

from xiangyun.foundation.events import api as events
from xiangyun.kit.actors import Actor
from xiangyun.kit.guomi import Signer, SoftwareProvider
from xiangyun.kit.transactions import in_one_transaction
from xiangyun.service.certificates.errors import (
    BadPresentCode,
    NotInForce,
    PresentCodeExpired,
    PresentCodeUsed,
    TrustTooLow,
)
from xiangyun.service.certificates.events import CertificateUsed
from xiangyun.service.certificates.models import Certificate, CertificateUse, PlatformKey, PresentCode
from xiangyun.service.certificates.operations.uses import log_use
from xiangyun.service.certificates.queries import certificates as queries
from xiangyun.service.certificates.queries.certificates import CertificateRef, PublicFacts
from xiangyun.service.certificates.queries.present import NONCE_SIZE, check_token, encode_token
from xiangyun.service.certificates.queries.types import get_type
from xiangyun.service.certificates.queries.values import public_address

LIFETIME = timedelta(seconds=60)
_PROVIDER = SoftwareProvider()


@dataclass(frozen=True, kw_only=True)
class Presented:
    """What the holder's screen shows: the address for the QR square, its end, the certificate."""

    token: str
    address: str
    expires_at: datetime
    seconds: int
    certificate: CertificateRef


@dataclass(frozen=True, kw_only=True)
class VerifiedPresence:
    """What the verifier sees: minimum facts, and when the holder showed them."""

    facts: PublicFacts
    presented_at: datetime


@in_one_transaction
def present_certificate(*, actor: Actor, certificate_id: int, nonce: bytes, at: datetime) -> Presented:
    """Make a dynamic code for one's own certificate (or that of the firm one acts for); good for a minute and one scan.

    Raises: CertificateNotFound, TrustTooLow, NotInForce.
    """
    certificate = queries.get_own_certificate(actor=actor, certificate_id=certificate_id, at=at)
    needed = get_type(certificate.type_key).present_level
    if actor.trust_level < needed:
        raise TrustTooLow(required=needed)
    if not certificate.in_force:
        raise NotInForce(status=certificate.status)
    if len(nonce) != NONCE_SIZE:
        raise ValueError(f"{NONCE_SIZE} random bytes needed")
    expires_at = at + LIFETIME
    PresentCode.objects.create(nonce=nonce, certificate_id=certificate_id, issued_at=at, expires_at=expires_at)
    token = encode_token(nonce, expires_at, _platform_signer(at))
    log_use(certificate_id, CertificateUse.Kind.PRESENT, actor, at)
    return Presented(
        token=token,
        address=public_address(f"/verify/p/{token}/"),
        expires_at=expires_at,
        seconds=int(LIFETIME.total_seconds()),
        certificate=certificate,
    )


@in_one_transaction
def verify_present_token(*, token: str, at: datetime, actor: Actor | None = None, ip: str = "") -> VerifiedPresence:
    """Verify a dynamic code; the first verification uses it up.

    Raises: BadPresentCode, PresentCodeExpired, PresentCodeUsed, NotInForce.
    """
    said = check_token(token, at)
    code = (
        PresentCode.objects.filter(nonce=said.nonce).values("id", "certificate_id", "issued_at", "expires_at").first()
    )
    if code is None:
        raise BadPresentCode
    if at >= code["expires_at"]:
        raise PresentCodeExpired
    # the one who changes the row is the first; everybody after finds nothing to change
    if not PresentCode.objects.filter(pk=code["id"], used_at__isnull=True).update(used_at=at):
        raise PresentCodeUsed
    row = (
        Certificate.objects.select_related("certificate_type")
        .defer("face", "holder_code")
        .get(pk=code["certificate_id"])
    )
    if not queries.is_in_force(row, at):
        raise NotInForce(status=row.status)
    log_use(row.pk, CertificateUse.Kind.VERIFY, actor, at, ip=ip)
    events.publish(CertificateUsed(certificate_id=row.pk, kind=CertificateUse.Kind.VERIFY, case_no="", at=at))
    return VerifiedPresence(facts=queries.public_facts_of(row, at), presented_at=code["issued_at"])


def delete_stale_codes(*, at: datetime) -> int:
    """Remove codes that ended a day ago; uses stay in the log. Return how many."""
    return PresentCode.objects.filter(expires_at__lt=at - timedelta(days=1)).delete()[0]


def _platform_signer(at: datetime) -> Signer:
    """Return the platform's signer, made at first need: it certifies nothing, it only recognises its own codes."""
    row = PlatformKey.objects.order_by("-id").first()
    if row is None:
        handle = _PROVIDER.generate()
        signer = _PROVIDER.open(handle)
        PlatformKey.objects.create(
            key_handle=base64.b64encode(handle).decode(), public_key=signer.public_key.point, made_at=at
        )
        return signer
    return _PROVIDER.open(base64.b64decode(row.key_handle))
