"""The dynamic code: version, nonce and expiry under the platform's SM2 signature, as text for a QR square."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from xiangyun.kit.guomi import KeyFormatError, PublicKey, Signer, signature_from_raw, signature_to_raw, verify
from xiangyun.service.certificates.errors import BadPresentCode, PresentCodeExpired
from xiangyun.service.certificates.models import PlatformKey

_VERSION = 1
NONCE_SIZE = 12
_BODY = 1 + NONCE_SIZE + 4
_SIZE = _BODY + 64
_DOMAIN = b"xiangyun:present:"  # a signature for this purpose is good for no other


@dataclass(frozen=True)
class PresentToken:
    """What a genuine code says."""

    nonce: bytes
    expires_at: datetime


def encode_token(nonce: bytes, expires_at: datetime, signer: Signer) -> str:
    """Return the signed code (108 characters, safe in an address)."""
    body = bytes([_VERSION]) + nonce + int(expires_at.timestamp()).to_bytes(4, "big")
    signature = signature_to_raw(signer.sign(_DOMAIN + body))
    return base64.urlsafe_b64encode(body + signature).decode().rstrip("=")


def decode_token(token: str) -> PresentToken:
    """Return what the code says if this platform signed it.

    Raises: BadPresentCode.
    """
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError) as error:
        raise BadPresentCode from error
    if len(raw) != _SIZE or raw[0] != _VERSION or encode_raw(raw) != token:
        raise BadPresentCode
    body, signature = raw[:_BODY], signature_from_raw(raw[_BODY:])
    if not any(verify(key, _DOMAIN + body, signature) for key in _public_keys()):
        raise BadPresentCode
    return PresentToken(body[1:-4], datetime.fromtimestamp(int.from_bytes(body[-4:], "big"), UTC))


def check_token(token: str, at: datetime) -> PresentToken:
    """Return what a genuine code says that has not expired; whether it was used already is not asked.

    Raises: BadPresentCode, PresentCodeExpired.
    """
    said = decode_token(token)
    # a code ends with the second that it names
    if at >= said.expires_at + timedelta(seconds=1):
        raise PresentCodeExpired
    return said


def encode_raw(raw: bytes) -> str:
    """Return the one accepted spelling of the bytes."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _public_keys() -> list[PublicKey]:
    keys = []
    for point in PlatformKey.objects.order_by("-id").values_list("public_key", flat=True)[:5]:
        try:
            keys.append(PublicKey(bytes(point)))
        except KeyFormatError:
            continue
    return keys
