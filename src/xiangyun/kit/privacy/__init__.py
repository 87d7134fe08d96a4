"""Personal data at rest and on show (GB/T 35273 6.3).

Masks by kind, field encryption by SM4-GCM, keyed index by HMAC-SM3.
"""

from xiangyun.kit.privacy.keyring import Keyring, UnreadableSecret, current_keyring, fingerprint
from xiangyun.kit.privacy.masks import KINDS, UnknownMask, blot_numbers, mask

__all__ = [
    "KINDS",
    "Keyring",
    "UnknownMask",
    "UnreadableSecret",
    "blot_numbers",
    "current_keyring",
    "fingerprint",
    "mask",
]
