"""Certificate revocation lists (X.509 v2 CRL) under SM2 with SM3."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import crl, x509

from . import oids
from .errors import CertificateError
from .keys import signature_of, verify
from .providers import Signer
from .x509 import Certificate, key_identifier, time_value

MAX_LIST_SIZE = 16 * 1024 * 1024


@dataclass(frozen=True)
class RevocationList:
    """A parsed list: serial → moment of revocation, and the dates between which it may be relied on."""

    issuer: bytes
    this_update: datetime
    next_update: datetime | None
    revoked: dict[int, datetime]

    def is_revoked(self, serial: int, at: datetime) -> bool:
        """Say whether the certificate was revoked at or before the moment."""
        moment = self.revoked.get(serial)
        return moment is not None and moment <= at


def issue_revocation_list(
    *,
    issuer: Certificate,
    signer: Signer,
    number: int,
    revoked: Iterable[tuple[int, datetime]],
    this_update: datetime,
    next_update: datetime,
) -> bytes:
    """Return the DER of a list over (serial, revoked at) pairs."""
    entries = [{"user_certificate": serial, "revocation_date": time_value(moment)} for serial, moment in revoked]
    tbs = crl.TbsCertList(
        {
            "version": "v2",
            "signature": {"algorithm": oids.SM2_WITH_SM3_NAME},
            "issuer": x509.Name.load(issuer.subject),
            "this_update": time_value(this_update),
            "next_update": time_value(next_update),
            # the field is absent, not empty, when nothing is revoked
            **({"revoked_certificates": entries} if entries else {}),
            "crl_extensions": [
                {
                    "extn_id": "authority_key_identifier",
                    "critical": False,
                    "extn_value": {"key_identifier": key_identifier(issuer.public_key)},
                },
                {"extn_id": "crl_number", "critical": False, "extn_value": number},
            ],
        }
    )
    return bytes(
        crl.CertificateList(
            {
                "tbs_cert_list": tbs,
                "signature_algorithm": {"algorithm": oids.SM2_WITH_SM3_NAME},
                "signature": signer.sign(tbs.dump()),
            }
        ).dump()
    )


def parse_revocation_list(der: bytes, issuer: Certificate) -> RevocationList:
    """Read a list and check that the issuer signed it.

    Raises: CertificateError.
    """
    if len(der) > MAX_LIST_SIZE:
        raise CertificateError("吊销列表过大")
    try:
        parsed = crl.CertificateList.load(der, strict=True)
        tbs = parsed["tbs_cert_list"]
        name, signature = bytes(tbs["issuer"].dump()), signature_of(parsed["signature"])
        entries = tbs["revoked_certificates"]
        revoked = {
            int(entry["user_certificate"].native): entry["revocation_date"].native
            for entry in ((entries.native and entries) or ())
        }
        result = RevocationList(name, tbs["this_update"].native, tbs["next_update"].native, revoked)
        body = bytes(tbs.dump())
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CertificateError(f"不是吊销列表：{error}") from error
    if name != issuer.subject or not verify(issuer.public_key, body, signature):
        raise CertificateError("吊销列表不是该机构签发的")
    return result
