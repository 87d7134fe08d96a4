"""What can be wrong with keys, ciphertexts and certificates; messages are for the report, not for citizens."""


class GuomiError(ValueError):
    """Bytes that are not what they claim to be."""


class KeyFormatError(GuomiError):
    """Not an SM2 key, or a point off the curve."""


class DecryptionError(GuomiError):
    """The tag does not match: wrong key, or the ciphertext was changed."""


class CertificateError(GuomiError):
    """Not an X.509 certificate or list under SM2."""


class ChainError(GuomiError):
    """No path from the certificate to a trusted root; the text says at which link it broke."""
