"""Seal data and seal signatures of GB/T 38540-2020 (version 4) as ASN.1: make and parse."""

from collections.abc import Sequence as Series
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import core

from xiangyun.kit.guomi import CertificateError, Signer, sm3
from xiangyun.kit.guomi.keys import signature_of
from xiangyun.kit.guomi.oids import SM2_WITH_SM3
from xiangyun.kit.guomi.x509 import Certificate, parse_certificate

from .errors import SealError

VERSION = 4
MAX_SEAL = 8 * 1024 * 1024
_UNIT_SEAL = 1
_CERTIFICATES, _DIGESTS = 1, 2


class Header(core.Sequence):
    """SES_Header."""

    _fields = [("id", core.IA5String), ("version", core.Integer), ("vid", core.IA5String)]


class CertificateDigest(core.Sequence):
    """One entry of certDigestList."""

    _fields = [("type", core.PrintableString), ("value", core.OctetString)]


class Property(core.Sequence):
    """SES_ESPropertyInfo; the list is read by its declared type, because both choices are plain sequences."""

    _fields = [
        ("type", core.Integer),
        ("name", core.UTF8String),
        ("cert_list_type", core.Integer),
        ("cert_list", core.Any),
        ("created", core.GeneralizedTime),
        ("valid_from", core.GeneralizedTime),
        ("valid_to", core.GeneralizedTime),
    ]


class CertificateList(core.SequenceOf):
    """certs."""

    _child_spec = core.OctetString


class DigestList(core.SequenceOf):
    """certDigestList."""

    _child_spec = CertificateDigest


class Picture(core.Sequence):
    """SES_ESPictureInfo."""

    _fields = [("type", core.IA5String), ("data", core.OctetString), ("width", core.Integer), ("height", core.Integer)]


class Extension(core.Sequence):
    """ExtData."""

    _fields = [
        ("id", core.ObjectIdentifier),
        ("critical", core.Boolean, {"default": False}),
        ("value", core.OctetString),
    ]


class Extensions(core.SequenceOf):
    """ExtensionDatas."""

    _child_spec = Extension


class SealInfo(core.Sequence):
    """SES_SealInfo."""

    _fields = [
        ("header", Header),
        ("es_id", core.IA5String),
        ("property", Property),
        ("picture", Picture),
        ("extensions", Extensions, {"explicit": 0, "optional": True}),
    ]


class SealData(core.Sequence):
    """SESeal."""

    _fields = [
        ("info", SealInfo),
        ("certificate", core.OctetString),
        ("algorithm", core.ObjectIdentifier),
        ("signature", core.OctetBitString),
    ]


class ToSign(core.Sequence):
    """TBS_Sign."""

    _fields = [
        ("version", core.Integer),
        ("seal", SealData),
        ("time", core.GeneralizedTime),
        ("data_hash", core.OctetBitString),
        ("property", core.IA5String),
        ("extensions", Extensions, {"explicit": 0, "optional": True}),
    ]


class SignatureData(core.Sequence):
    """SES_Signature."""

    _fields = [
        ("to_sign", ToSign),
        ("certificate", core.OctetString),
        ("algorithm", core.ObjectIdentifier),
        ("signature", core.OctetBitString),
        ("time_stamp", core.OctetBitString, {"explicit": 0, "optional": True}),
    ]


@dataclass(frozen=True)
class Seal:
    """A parsed seal; `certificates` are DER (list type 1), `digests` SM3 values of DER (list type 2)."""

    der: bytes
    info: bytes
    code: str
    name: str
    kind: int
    vendor: str
    created: datetime
    valid_from: datetime
    valid_to: datetime
    certificates: tuple[bytes, ...]
    digests: tuple[bytes, ...]
    picture: bytes
    picture_type: str
    width: int
    height: int
    maker: Certificate
    algorithm: str
    signature: bytes

    def names(self, certificate: Certificate) -> bool:
        """Say whether the seal's list names this holder's certificate."""
        return certificate.der in self.certificates or sm3(certificate.der) in self.digests


@dataclass(frozen=True)
class SealSignature:
    """A parsed SES_Signature."""

    to_sign: bytes
    seal: Seal
    signed_at: datetime
    data_hash: bytes
    property_info: str
    holder: Certificate
    algorithm: str
    signature: bytes
    has_time_stamp: bool


def make_seal(
    *,
    code: str,
    name: str,
    picture: bytes,
    width: int,
    height: int,
    holders: Series[Certificate],
    maker: Certificate,
    maker_signer: Signer,
    created: datetime,
    valid_from: datetime,
    valid_to: datetime,
) -> bytes:
    """Return the DER of a unit's seal that the maker signed and whose list holds the holders' certificates."""
    info = SealInfo(
        {
            "header": {"id": "ES", "version": VERSION, "vid": "Xiangyun"},
            "es_id": code,
            "property": {
                "type": _UNIT_SEAL,
                "name": name,
                "cert_list_type": _CERTIFICATES,
                "cert_list": CertificateList([holder.der for holder in holders]),
                "created": created.astimezone(UTC),
                "valid_from": valid_from.astimezone(UTC),
                "valid_to": valid_to.astimezone(UTC),
            },
            "picture": {"type": "PNG", "data": picture, "width": width, "height": height},
        }
    )
    seal = SealData(
        {
            "info": info,
            "certificate": maker.der,
            "algorithm": SM2_WITH_SM3,
            "signature": maker_signer.sign(info.dump()),
        }
    )
    return bytes(seal.dump())


def parse_seal(der: bytes) -> Seal:
    """Read the DER of a seal.

    Raises: SealError.
    """
    if len(der) > MAX_SEAL:
        raise SealError("印章数据过大")
    try:
        return _seal(SealData.load(der, strict=True))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise _as_seal_error(error, "不是GB/T 38540印章数据") from error


def make_signature(
    *, seal: bytes, holder: Certificate, signer: Signer, data_hash: bytes, property_info: str, at: datetime
) -> bytes:
    """Return the DER of SES_Signature: the holder seals a hash at a moment.

    Built from encoded pieces: decoding the seal for each document would cost more than the signature.
    """
    to_sign = _sequence(
        core.Integer(VERSION).dump(),
        seal,
        core.GeneralizedTime(at.astimezone(UTC).replace(microsecond=0)).dump(),
        core.OctetBitString(data_hash).dump(),
        core.IA5String(property_info).dump(),
    )
    return _sequence(
        to_sign,
        core.OctetString(holder.der).dump(),
        core.ObjectIdentifier(SM2_WITH_SM3).dump(),
        core.OctetBitString(signer.sign(to_sign)).dump(),
    )


def parse_signature(der: bytes) -> SealSignature:
    """Read the DER of SES_Signature.

    Raises: SealError.
    """
    if len(der) > MAX_SEAL:
        raise SealError("签章数据过大")
    try:
        parsed = SignatureData.load(der, strict=True)
        to_sign = parsed["to_sign"]
        if int(to_sign["version"].native) != VERSION:
            raise SealError("签章数据不是GB/T 38540第4版")
        return SealSignature(
            to_sign=bytes(to_sign.dump()),
            seal=_seal(to_sign["seal"]),
            signed_at=_moment(to_sign["time"]),
            data_hash=bytes(to_sign["data_hash"].native),
            property_info=str(to_sign["property"].native),
            holder=parse_certificate(bytes(parsed["certificate"].native)),
            algorithm=str(parsed["algorithm"].dotted),
            signature=signature_of(parsed["signature"]),
            has_time_stamp=parsed["time_stamp"].native is not None,
        )
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise _as_seal_error(error, "不是GB/T 38540签章数据") from error


def _seal(parsed: SealData) -> Seal:
    info = parsed["info"]
    header, properties, picture = info["header"], info["property"], info["picture"]
    if header["id"].native != "ES" or int(header["version"].native) != VERSION:
        raise SealError("印章数据不是GB/T 38540第4版")
    certificates, digests = _holders(properties)
    return Seal(
        der=bytes(parsed.dump()),
        info=bytes(info.dump()),
        code=str(info["es_id"].native),
        name=str(properties["name"].native),
        kind=int(properties["type"].native),
        vendor=str(header["vid"].native),
        created=_moment(properties["created"]),
        valid_from=_moment(properties["valid_from"]),
        valid_to=_moment(properties["valid_to"]),
        certificates=certificates,
        digests=digests,
        picture=bytes(picture["data"].native),
        picture_type=str(picture["type"].native).upper(),
        width=int(picture["width"].native),
        height=int(picture["height"].native),
        maker=parse_certificate(bytes(parsed["certificate"].native)),
        algorithm=str(parsed["algorithm"].dotted),
        signature=signature_of(parsed["signature"]),
    )


def _moment(value: core.GeneralizedTime) -> datetime:
    """Return a moment that can be compared: of the calendar, and with its zone."""
    moment = value.native
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise SealError("印章或签章数据中的时间不合规")
    return moment


def _holders(properties: Property) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    listed = properties["cert_list"].dump()
    if int(properties["cert_list_type"].native) == _CERTIFICATES:
        return tuple(bytes(item) for item in CertificateList.load(listed, strict=True).native), ()
    entries = DigestList.load(listed, strict=True)
    return (), tuple(bytes(entry["value"].native) for entry in entries)


def _as_seal_error(error: Exception, otherwise: str) -> SealError:
    if isinstance(error, SealError):
        return error
    if isinstance(error, CertificateError):
        return SealError(str(error))
    return SealError(otherwise)


def _sequence(*members: bytes) -> bytes:
    body = b"".join(members)
    size = len(body)
    if size < 0x80:
        return bytes([0x30, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([0x30, 0x80 | len(length)]) + length + body
