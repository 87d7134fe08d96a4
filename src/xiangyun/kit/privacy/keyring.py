"""Keys for personal data: derived from the master key by purpose, told apart by version so that they can be changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from xiangyun.kit.guomi import hmac_sm3, sm4_gcm_decrypt, sm4_gcm_encrypt

_SM4_KEY_BYTES = 16
_MASTER_KEY_BYTES = 32


class UnreadableSecret(Exception):
    """Stored bytes were changed, moved to another column, or belong to a key that is gone."""


@dataclass(frozen=True)
class Keyring:
    """Master keys by version (1–255); the highest version encrypts, every version decrypts."""

    masters: Mapping[int, bytes]
    _derived: dict[tuple[int, str], bytes] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.masters:
            raise ValueError("no master key")
        for version, key in self.masters.items():
            if not 1 <= version <= 255 or len(key) != _MASTER_KEY_BYTES:
                raise ValueError("a master key has 32 bytes and a version from 1 to 255")

    @property
    def version(self) -> int:
        """The version that encrypts from now on."""
        return max(self.masters)

    def derive(self, version: int, purpose: str) -> bytes:
        """Return the 32-byte key of one purpose, so that no key serves two ends."""
        known = self._derived.get((version, purpose))
        if known is None:
            known = hmac_sm3(self.masters[version], b"xiangyun:" + purpose.encode())
            self._derived[(version, purpose)] = known
        return known

    def encrypt(self, place: str, plaintext: bytes, *, key: str = "field") -> bytes:
        """Return version byte, nonce, ciphertext and tag; `place` (model.field) is bound in as associated data."""
        secret = self.derive(self.version, key)[:_SM4_KEY_BYTES]
        return bytes([self.version]) + sm4_gcm_encrypt(secret, plaintext, place.encode())

    def decrypt(self, place: str, stored: bytes, *, key: str = "field") -> bytes:
        """Return the plain bytes.

        Raises: UnreadableSecret.
        """
        if not stored or stored[0] not in self.masters:
            raise UnreadableSecret(f"{place}: no key of this version")
        secret = self.derive(stored[0], key)[:_SM4_KEY_BYTES]
        try:
            return sm4_gcm_decrypt(secret, stored[1:], place.encode())
        except Exception as error:
            raise UnreadableSecret(f"{place}: stored bytes do not match their key") from error

    def fingerprint(self, purpose: str, value: str) -> str:
        """Return the keyed index of a value (64 hex digits); made with the first key: new keys need no re-index."""
        return hmac_sm3(self.derive(min(self.masters), f"index:{purpose}"), value.encode()).hex()


_source: Callable[[], Keyring] | None = None


def use_keyring(source: Callable[[], Keyring]) -> None:
    """Say where the process takes its keys from (`fields` names Django's settings)."""
    global _source
    _source = source


def current_keyring() -> Keyring:
    """Return the keyring of this process."""
    if _source is None:
        raise RuntimeError("no keyring: import xiangyun.kit.privacy.fields or call use_keyring first")
    return _source()


def fingerprint(purpose: str, value: str) -> str:
    """Return the keyed index of `value` for exact search and uniqueness; the same value differs between purposes."""
    return current_keyring().fingerprint(purpose, value)
