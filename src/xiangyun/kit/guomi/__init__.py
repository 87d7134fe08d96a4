"""国密 as plain functions: SM2 (GB/T 32918), SM3 (GB/T 32905), SM4 (GB/T 32907), X.509 under SM2 (GB/T 20518).

No Django. Certificates are in the submodules `x509` and `revocation`, the border to devices in `providers`.
"""

from .ciphers import sm4_gcm_decrypt, sm4_gcm_encrypt
from .digests import hmac_sm3, sm3
from .errors import CertificateError, ChainError, DecryptionError, GuomiError, KeyFormatError
from .keys import (
    DEFAULT_USER_ID,
    PrivateKey,
    PublicKey,
    sign,
    signature_from_raw,
    signature_to_raw,
    verify,
)
from .providers import Provider, Signer, SoftwareProvider

__all__ = [
    "DEFAULT_USER_ID",
    "CertificateError",
    "ChainError",
    "DecryptionError",
    "GuomiError",
    "KeyFormatError",
    "PrivateKey",
    "Provider",
    "PublicKey",
    "Signer",
    "SoftwareProvider",
    "hmac_sm3",
    "sign",
    "signature_from_raw",
    "signature_to_raw",
    "sm3",
    "sm4_gcm_decrypt",
    "sm4_gcm_encrypt",
    "verify",
]
