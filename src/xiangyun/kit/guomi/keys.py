"""SM2 keys and signatures (GB/T 32918.2) with Z and e computed here, the curve arithmetic in gmssl.

The one-shot call of the library is twelve times slower than its digest call, and bytes that are no signature can
abort the process: every signature is decoded and re-encoded strictly before the library sees it.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from asn1crypto import core, keys
from gmssl_pyx import GmsslInnerError, sm2_key_generate, sm2_sign_sm3_digest, sm2_verify_sm3_digest

from . import curve, oids
from .digests import sm3
from .errors import KeyFormatError

DEFAULT_USER_ID = b"1234567812345678"
MAX_SIGNATURE_SIZE = 72


class _Signature(core.Sequence):
    _fields = [("r", core.Integer), ("s", core.Integer)]


@dataclass(frozen=True)
class PublicKey:
    """A point of the curve, kept as x ‖ y (64 bytes)."""

    point: bytes

    def __post_init__(self) -> None:
        """Refuse a point off the curve, so that no later call meets one."""
        if len(self.point) != 64 or not curve.is_on_curve(
            int.from_bytes(self.point[:32], "big"), int.from_bytes(self.point[32:], "big")
        ):
            raise KeyFormatError("公钥不是SM2曲线上的点")

    @classmethod
    def from_der(cls, der: bytes) -> "PublicKey":
        """Read a SubjectPublicKeyInfo.

        Raises: KeyFormatError.
        """
        try:
            return public_key_of(keys.PublicKeyInfo.load(der, strict=True))
        except (ValueError, TypeError) as error:
            raise KeyFormatError("不是SM2公钥") from error

    def to_der(self) -> bytes:
        """Return the SubjectPublicKeyInfo."""
        return bytes(self.info.dump())

    @property
    def info(self) -> keys.PublicKeyInfo:
        """The ASN.1 value for certificates."""
        return keys.PublicKeyInfo(
            {
                "algorithm": {"algorithm": "ec", "parameters": _curve()},
                "public_key": keys.ECPointBitString(b"\x04" + self.point),
            }
        )


@dataclass(frozen=True)
class PrivateKey:
    """A scalar (32 bytes) with its public half; for demonstration and tests only: real seals sign in a device."""

    scalar: bytes = field(repr=False)
    public_key: PublicKey

    @classmethod
    def generate(cls) -> "PrivateKey":
        """Make a new pair from the operating system's randomness."""
        point, scalar = sm2_key_generate()
        return cls(scalar, PublicKey(point))

    @classmethod
    def from_scalar(cls, scalar: int) -> "PrivateKey":
        """Make the pair of a known scalar.

        Raises: KeyFormatError.
        """
        if not 1 <= scalar <= curve.N - 2:
            raise KeyFormatError("私钥超出取值范围")
        x, y = curve.multiply_base(scalar)
        return cls(scalar.to_bytes(32, "big"), PublicKey(x.to_bytes(32, "big") + y.to_bytes(32, "big")))

    @classmethod
    def from_der(cls, der: bytes) -> "PrivateKey":
        """Read PKCS#8 as `to_der` and openssl write it.

        The public half in the file is trusted only after a signature made with one verifies with the other.

        Raises: KeyFormatError.
        """
        try:
            info = keys.PrivateKeyInfo.load(der, strict=True)
            if info["private_key_algorithm"]["parameters"].chosen.dotted != oids.SM2_CURVE:
                raise KeyFormatError("不是SM2私钥")
            inner = info["private_key"].parsed
            scalar, stated = int(inner["private_key"].native), inner["public_key"].native
        except KeyFormatError:
            raise
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise KeyFormatError("不是SM2私钥") from error
        if not stated or len(stated) != 65 or not 1 <= scalar <= curve.N - 2:
            return cls.from_scalar(scalar)
        key = cls(scalar.to_bytes(32, "big"), PublicKey(stated[1:]))
        if not verify(key.public_key, b"", key.sign(b"")):
            raise KeyFormatError("私钥与公钥不匹配")
        return key

    def to_der(self) -> bytes:
        """Return the PKCS#8 PrivateKeyInfo, unencrypted: store it only through an encrypted field."""
        inner = keys.ECPrivateKey(
            {
                "version": "ecPrivkeyVer1",
                "private_key": int.from_bytes(self.scalar, "big"),
                "public_key": keys.ECPointBitString(b"\x04" + self.public_key.point),
            }
        )
        inner.set_key_size(32)
        info = keys.PrivateKeyInfo(
            {
                "version": 0,
                "private_key_algorithm": {"algorithm": "ec", "parameters": _curve()},
                "private_key": inner,
            }
        )
        return bytes(info.dump())

    def sign(self, message: bytes) -> bytes:
        """Sign with the default user id; DER SEQUENCE{r, s}."""
        return sign(self, message)


@lru_cache(maxsize=4096)
def user_digest(public_key: PublicKey, user_id: bytes = DEFAULT_USER_ID) -> bytes:
    """Return ZA, the digest of user id, curve and public key."""
    length = len(user_id) * 8
    return sm3(length.to_bytes(2, "big") + user_id + curve.PARAMETERS + public_key.point)


def sign(key: PrivateKey, message: bytes, user_id: bytes = DEFAULT_USER_ID) -> bytes:
    """Sign the message; DER SEQUENCE{r, s}."""
    digest = sm3(user_digest(key.public_key, user_id) + message)
    return bytes(sm2_sign_sm3_digest(key.scalar, digest))


def verify(public_key: PublicKey, message: bytes, signature: bytes, user_id: bytes = DEFAULT_USER_ID) -> bool:
    """Say whether the DER signature is the key's over the message; anything malformed is simply False."""
    strict = _canonical(signature)
    if strict is None:
        return False
    digest = sm3(user_digest(public_key, user_id) + message)
    try:
        return bool(sm2_verify_sm3_digest(public_key.point, digest, strict))
    except GmsslInnerError:
        return False


def signature_of(value: core.OctetBitString) -> bytes:
    """Return the signature in a BIT STRING; none, which never verifies, where bits are said to be unused (X.690 11.2)."""
    return bytes(value.native) if bytes(value.contents)[:1] == b"\x00" else b""


def signature_to_raw(signature: bytes) -> bytes:
    """Turn a DER signature into r ‖ s (64 bytes), as compact codes and some devices want it.

    Raises: KeyFormatError.
    """
    if _canonical(signature) is None:
        raise KeyFormatError("不是SM2签名值")
    decoded = _Signature.load(signature)
    return b"".join(int(decoded[name].native).to_bytes(32, "big") for name in ("r", "s"))


def signature_from_raw(raw: bytes) -> bytes:
    """Turn r ‖ s (64 bytes) into DER.

    Raises: KeyFormatError.
    """
    if len(raw) != 64:
        raise KeyFormatError("签名值应为64字节")
    return _encode(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))


def public_key_of(info: keys.PublicKeyInfo) -> PublicKey:
    """Return the SM2 key inside an ASN.1 PublicKeyInfo.

    Raises: KeyFormatError.
    """
    algorithm = info["algorithm"]
    try:
        if algorithm["algorithm"].native != "ec" or algorithm["parameters"].chosen.dotted != oids.SM2_CURVE:
            raise KeyFormatError("公钥算法不是SM2")
        point = bytes(info["public_key"].native)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise KeyFormatError("不是SM2公钥") from error
    if len(point) != 65 or point[0] != 4:
        raise KeyFormatError("公钥编码不是未压缩形式")
    return PublicKey(point[1:])


def _canonical(signature: bytes) -> bytes | None:
    if not 8 <= len(signature) <= MAX_SIGNATURE_SIZE:
        return None
    try:
        decoded = _Signature.load(signature, strict=True)
        r, s = int(decoded["r"].native), int(decoded["s"].native)
    except (ValueError, TypeError):
        return None
    if not (1 <= r < curve.N and 1 <= s < curve.N):
        return None
    encoded = _encode(r, s)
    return encoded if encoded == signature else None


def _curve() -> keys.ECDomainParameters:
    return keys.ECDomainParameters("named", oids.SM2_CURVE_NAME)


def _encode(r: int, s: int) -> bytes:
    return bytes(_Signature({"r": r, "s": s}).dump())
