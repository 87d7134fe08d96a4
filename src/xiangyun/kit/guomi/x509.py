"""X.509 certificates under SM2 with SM3 (GB/T 20518 profile, as far as seals need it): issue, parse, verify a chain."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from asn1crypto import core, x509
from asn1crypto import pem as armor

from . import oids
from .digests import sm3
from .errors import CertificateError, ChainError, KeyFormatError
from .keys import PublicKey, public_key_of, signature_of, verify
from .providers import Signer

MAX_CERTIFICATE_SIZE = 64 * 1024
MAX_DEPTH = 6
CA_USAGE = frozenset({"key_cert_sign", "crl_sign"})
SIGNING_USAGE = frozenset({"digital_signature", "non_repudiation"})
_UNDERSTOOD = {"basic_constraints", "key_usage", "key_identifier", "authority_key_identifier", "extended_key_usage"}


@dataclass(frozen=True)
class Name:
    """A distinguished name; the parts that certificates of public bodies carry."""

    common_name: str
    organization: str = ""
    unit: str = ""
    locality: str = ""
    province: str = ""
    country: str = "CN"

    def build(self) -> x509.Name:
        """Return the ASN.1 value."""
        parts = {
            "country_name": self.country,
            "state_or_province_name": self.province,
            "locality_name": self.locality,
            "organization_name": self.organization,
            "organizational_unit_name": self.unit,
            "common_name": self.common_name,
        }
        return x509.Name.build({kind: value for kind, value in parts.items() if value})


@dataclass(frozen=True)
class Certificate:
    """A parsed certificate; times are aware, `subject` and `issuer` are DER names."""

    der: bytes
    tbs: bytes
    signature: bytes
    serial: int
    subject: bytes
    subject_text: str
    common_name: str
    issuer: bytes
    not_before: datetime
    not_after: datetime
    public_key: PublicKey
    is_ca: bool
    path_length: int | None
    key_usage: frozenset[str]
    unknown_critical: tuple[str, ...]

    def is_valid_at(self, at: datetime) -> bool:
        """Say whether the moment lies within the validity."""
        return self.not_before <= at <= self.not_after

    def is_signed_by(self, issuer: "Certificate") -> bool:
        """Say whether the issuer's key made the signature."""
        return verify(issuer.public_key, self.tbs, self.signature)


def issue_certificate(
    *,
    subject: Name,
    public_key: PublicKey,
    signer: Signer,
    serial: int,
    not_before: datetime,
    not_after: datetime,
    issuer: Certificate | None = None,
    is_ca: bool = False,
    path_length: int | None = None,
) -> bytes:
    """Return the DER of a certificate; without `issuer` it is self-signed and `signer` must be the subject's own."""
    subject_name = subject.build()
    issuer_name = x509.Name.load(issuer.subject) if issuer else subject_name
    issuer_key = issuer.public_key if issuer else public_key
    tbs = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": serial,
            "signature": {"algorithm": oids.SM2_WITH_SM3_NAME},
            "issuer": issuer_name,
            "validity": {"not_before": time_value(not_before), "not_after": time_value(not_after)},
            "subject": subject_name,
            "subject_public_key_info": public_key.info,
            "extensions": _extensions(public_key, issuer_key, is_ca, path_length),
        }
    )
    certificate = x509.Certificate(
        {
            "tbs_certificate": tbs,
            "signature_algorithm": {"algorithm": oids.SM2_WITH_SM3_NAME},
            "signature_value": signer.sign(tbs.dump()),
        }
    )
    return bytes(certificate.dump())


@lru_cache(maxsize=1024)
def parse_certificate(der: bytes) -> Certificate:
    """Read one DER certificate whose key and signature are SM2.

    Raises: CertificateError.
    """
    if len(der) > MAX_CERTIFICATE_SIZE:
        raise CertificateError("证书过大")
    try:
        return _read(der, x509.Certificate.load(der, strict=True))
    except CertificateError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, KeyFormatError) as error:
        raise CertificateError(f"不是SM2证书：{error}") from error


def verify_chain(
    leaf: Certificate, intermediates: Iterable[Certificate], roots: Sequence[Certificate], at: datetime
) -> list[Certificate]:
    """Return the path from the leaf to a trusted root, all valid at the moment.

    Raises: ChainError with the link that broke.
    """
    pool = [*intermediates]
    path, problem = _extend([leaf], pool, roots, at)
    if path is None:
        raise ChainError(problem)
    return path


def pem(der: bytes, label: str = "CERTIFICATE") -> str:
    """Return the PEM text of DER bytes."""
    return bytes(armor.armor(label, der)).decode()


def time_value(moment: datetime) -> x509.Time:
    """Return UTCTime before 2050 and GeneralizedTime after, as RFC 5280 wants."""
    if moment.year < 2050:
        return x509.Time("utc_time", core.UTCTime(moment))
    return x509.Time("general_time", core.GeneralizedTime(moment))


def _extensions(key: PublicKey, issuer_key: PublicKey, is_ca: bool, path_length: int | None) -> list[dict[str, object]]:
    constraints: dict[str, object] = {"ca": True, "path_len_constraint": path_length} if is_ca else {"ca": False}
    if path_length is None:
        constraints.pop("path_len_constraint", None)
    usage = CA_USAGE if is_ca else SIGNING_USAGE
    return [
        {"extn_id": "basic_constraints", "critical": True, "extn_value": constraints},
        {"extn_id": "key_usage", "critical": True, "extn_value": set(usage)},
        {"extn_id": "key_identifier", "critical": False, "extn_value": key_identifier(key)},
        {
            "extn_id": "authority_key_identifier",
            "critical": False,
            "extn_value": {"key_identifier": key_identifier(issuer_key)},
        },
    ]


def key_identifier(key: PublicKey) -> bytes:
    """Return the 20-byte identifier of a key (first bytes of its SM3)."""
    return sm3(b"\x04" + key.point)[:20]


def _read(der: bytes, certificate: x509.Certificate) -> Certificate:
    tbs = certificate["tbs_certificate"]
    stated = (tbs["signature"]["algorithm"].dotted, certificate["signature_algorithm"]["algorithm"].dotted)
    if stated != (oids.SM2_WITH_SM3, oids.SM2_WITH_SM3):
        raise CertificateError("证书签名算法不是SM2WithSM3")
    constraints, usage = certificate.basic_constraints_value, certificate.key_usage_value
    critical = tuple(
        str(e["extn_id"].dotted)
        for e in tbs["extensions"]
        if e["critical"].native and e["extn_id"].native not in _UNDERSTOOD
    )
    path_length = constraints["path_len_constraint"].native if constraints is not None else None
    return Certificate(
        der=der,
        tbs=bytes(tbs.dump()),
        signature=signature_of(certificate["signature_value"]),
        serial=int(tbs["serial_number"].native),
        subject=bytes(tbs["subject"].dump()),
        subject_text=str(tbs["subject"].human_friendly),
        common_name=_common_name(tbs["subject"]),
        issuer=bytes(tbs["issuer"].dump()),
        not_before=_moment(tbs["validity"]["not_before"]),
        not_after=_moment(tbs["validity"]["not_after"]),
        public_key=public_key_of(tbs["subject_public_key_info"]),
        is_ca=bool(constraints is not None and constraints["ca"].native),
        path_length=int(path_length) if path_length is not None else None,
        key_usage=frozenset(usage.native) if usage is not None else frozenset(),
        unknown_critical=critical,
    )


def _moment(value: x509.Time) -> datetime:
    """Return a moment that can be compared: of the calendar, and with its zone."""
    moment = value.native
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise CertificateError("证书有效期不合规")
    return moment


def _common_name(name: x509.Name) -> str:
    value = name.native.get("common_name", "")
    return str(value[-1] if isinstance(value, list) else value)


def _extend(
    path: list[Certificate], pool: list[Certificate], roots: Sequence[Certificate], at: datetime
) -> tuple[list[Certificate] | None, str]:
    """Search depth-first for a trusted end; returns (path, "") or (None, the last problem met)."""
    last = path[-1]
    if not last.is_valid_at(at):
        return None, f"证书“{last.common_name}”在签署时不在有效期内"
    if last.unknown_critical:
        return None, f"证书“{last.common_name}”含有无法识别的关键扩展"
    if any(last.der == root.der for root in roots):
        return path, ""
    problem = f"证书“{last.common_name}”的签发者不在信任列表中"
    if len(path) >= MAX_DEPTH:
        return None, "证书链过长"
    for issuer in (*roots, *pool):
        if issuer.subject != last.issuer or any(issuer.der == used.der for used in path):
            continue
        refusal = _refuse_issuer(issuer, last, below=sum(1 for c in path[1:] if c.is_ca))
        if refusal:
            problem = refusal
            continue
        found, deeper = _extend([*path, issuer], pool, roots, at)
        if found is not None:
            return found, ""
        problem = deeper
    return None, problem


def _refuse_issuer(issuer: Certificate, subject: Certificate, below: int) -> str:
    if not issuer.is_ca or "key_cert_sign" not in issuer.key_usage:
        return f"证书“{issuer.common_name}”无权签发证书"
    if issuer.path_length is not None and below > issuer.path_length:
        return f"证书“{issuer.common_name}”超出允许的链长"
    if not subject.is_signed_by(issuer):
        return f"证书“{subject.common_name}”的签名与签发者“{issuer.common_name}”不符"
    return ""
