"""Content at rest: on disk or S3 only what SM4-GCM made of it (GB/T 22239-2019 8.1.4.8 数据保密性).

Bound to the SM3 digest that the record of the file holds: what was changed or exchanged on the disk does not open.
"""

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from xiangyun.foundation.files.errors import ContentDamaged, ContentLost
from xiangyun.kit.guomi import sm3
from xiangyun.kit.privacy import UnreadableSecret, current_keyring

# files of before are kept as they came; no type that we take begins like this
_MARK = b"XYSM4\0"
_KEY = "file"
_log = structlog.get_logger("xiangyun.files")


def write_content(*, location: str, content: bytes, digest: str) -> str:
    """Keep the content whose SM3 is `digest` (hex); return where it lies, another place if the wanted one is taken."""
    return default_storage.save(location, ContentFile(_MARK + current_keyring().encrypt(digest, content, key=_KEY)))


def read_content(*, location: str, digest: str) -> bytes:
    """Return the content whose SM3 is `digest` (hex), never anything else.

    Raises: ContentLost, ContentDamaged.
    """
    try:
        with default_storage.open(location) as stream:
            stored: bytes = stream.read()
    except FileNotFoundError as error:
        _log.error("file_lost", location=location)
        raise ContentLost(location=location) from error
    try:
        if stored.startswith(_MARK):
            return current_keyring().decrypt(digest, stored[len(_MARK) :], key=_KEY)
        if sm3(stored).hex() == digest:
            return stored
        raise UnreadableSecret("neither encrypted nor what was stored")
    except UnreadableSecret as error:
        _log.error("file_damaged", location=location, reason=str(error))
        raise ContentDamaged(location=location) from error


def delete_content(*, location: str) -> None:
    """Remove the content."""
    default_storage.delete(location)


def try_store() -> None:
    """Write and remove a file, so that whatever keeps the store from working comes up."""
    default_storage.delete(default_storage.save(".doctor", ContentFile(b"x")))
