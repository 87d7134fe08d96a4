"""SM3 (GB/T 32905) and HMAC-SM3."""

from cryptography.hazmat.primitives import hashes, hmac


def sm3(data: bytes) -> bytes:
    """Return the 32-byte SM3 digest."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def hmac_sm3(key: bytes, data: bytes) -> bytes:
    """Return the 32-byte HMAC-SM3 of the data under the key."""
    code = hmac.HMAC(key, hashes.SM3())
    code.update(data)
    return code.finalize()
