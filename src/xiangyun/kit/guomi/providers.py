"""The border behind which keys live: software keys for demonstration here, a certified device in production."""

from typing import Protocol

from .keys import PrivateKey, PublicKey


class Signer(Protocol):
    """Something that signs with the default user id and knows its public key; `PrivateKey` is one."""

    @property
    def public_key(self) -> PublicKey:
        """The key that verifies."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return DER SEQUENCE{r, s} over the message."""
        ...


class Provider(Protocol):
    """Makes and opens signing keys; what it stores for a key is an opaque handle."""

    name: str
    is_demonstration: bool

    def generate(self) -> bytes:
        """Make a key and return its handle."""
        ...

    def open(self, handle: bytes) -> Signer:
        """Return the signer of a handle.

        Raises: KeyFormatError.
        """
        ...


class SoftwareProvider:
    """Keys in memory whose handle is their PKCS#8: never without encryption at rest, never for real seals."""

    name = "software"
    is_demonstration = True

    def generate(self) -> bytes:
        """Make a key and return its PKCS#8."""
        return PrivateKey.generate().to_der()

    def open(self, handle: bytes) -> Signer:
        """Load the PKCS#8.

        Raises: KeyFormatError.
        """
        return PrivateKey.from_der(handle)
