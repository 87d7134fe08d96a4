"""Scan of uploads for malicious code (GB/T 22239-2019 恶意代码防范) by a ClamAV daemon, where one is configured.

Setting `XIANGYUN_CLAMD`: `host:port` or the path of a unix socket; unset means that no scanner runs.
"""

import socket
import struct
from typing import IO, Protocol

from django.conf import settings

from xiangyun.foundation.files.errors import InfectedFile, ScannerDown

TIMEOUT_SECONDS = 20
_CHUNK = 64 * 1024


class Scanner(Protocol):
    """Looks through a stream."""

    def scan(self, stream: IO[bytes]) -> None:
        """Return if nothing was found.

        Raises: InfectedFile, ScannerDown (try again).
        """


class NoScanner:
    """Lets everything pass: type, structure and rewriting of images are then the only checks."""

    def scan(self, stream: IO[bytes]) -> None:
        """Find nothing."""


class Clamd:
    """Speaks INSTREAM with clamd: length-prefixed pieces, an empty one, then one line of answer."""

    def __init__(self, address: str) -> None:
        """Take `host:port` or a socket path."""
        self._address = address

    def scan(self, stream: IO[bytes]) -> None:
        """Send the whole stream and read the verdict; no verdict does not mean that the file is clean."""
        stream.seek(0)
        try:
            with self._connect() as connection:
                connection.sendall(b"zINSTREAM\0")
                while piece := stream.read(_CHUNK):
                    connection.sendall(struct.pack("!L", len(piece)) + piece)
                connection.sendall(struct.pack("!L", 0))
                answer = connection.makefile("rb").read(4096).rstrip(b"\0\n").decode(errors="replace")
        except OSError as error:
            raise ScannerDown from error
        if answer.endswith("FOUND"):
            raise InfectedFile(signature=answer.removeprefix("stream: ").removesuffix(" FOUND"))
        if not answer.endswith("OK"):
            raise ScannerDown

    def _connect(self) -> socket.socket:
        if self._address.startswith("/"):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(TIMEOUT_SECONDS)
            connection.connect(self._address)
            return connection
        host, _, port = self._address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=TIMEOUT_SECONDS)


def scanner() -> Scanner:
    """Return the configured scanner."""
    return Clamd(settings.XIANGYUN_CLAMD) if settings.XIANGYUN_CLAMD else NoScanner()
