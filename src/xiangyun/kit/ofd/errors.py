"""Why a package is refused; the Chinese text goes into the report that people read."""


class OfdError(ValueError):
    """Bytes that are not a readable OFD package."""


class UnsafePackage(OfdError):
    """A package made to harm: bombs, paths that climb out, entities, two parts under one name."""


class SealError(ValueError):
    """Bytes that are not a seal or signature of GB/T 38540."""
