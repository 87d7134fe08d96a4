"""SM4 (GB/T 32907) in Galois/counter mode: confidentiality and integrity in one pass."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from .errors import DecryptionError

NONCE_SIZE = 12
TAG_SIZE = 16


def sm4_gcm_encrypt(key: bytes, plaintext: bytes, aad: bytes = b"") -> bytes:
    """Encrypt under a 16-byte key and return nonce (12) ‖ ciphertext ‖ tag (16).

    The nonce comes from the operating system each time: a repeated one would break the mode.
    """
    nonce = os.urandom(NONCE_SIZE)
    encryptor = Cipher(SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(aad)
    return nonce + encryptor.update(plaintext) + encryptor.finalize() + encryptor.tag


def sm4_gcm_decrypt(key: bytes, sealed: bytes, aad: bytes = b"") -> bytes:
    """Return the plaintext of what `sm4_gcm_encrypt` made.

    Raises: DecryptionError.
    """
    if len(sealed) < NONCE_SIZE + TAG_SIZE:
        raise DecryptionError("密文过短")
    nonce, body, tag = sealed[:NONCE_SIZE], sealed[NONCE_SIZE:-TAG_SIZE], sealed[-TAG_SIZE:]
    decryptor = Cipher(SM4(key), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(aad)
    try:
        return decryptor.update(body) + decryptor.finalize()
    except InvalidTag as error:
        raise DecryptionError("密文校验不通过") from error
