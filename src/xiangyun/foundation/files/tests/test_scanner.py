"""A configured scanner has the last word; when it is silent nothing is taken."""

import io
import socketserver
import struct
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings

from xiangyun.foundation.files import api, errors
from xiangyun.foundation.files.models import StoredFile
from xiangyun.foundation.files.tests import samples
from xiangyun.kit.actors import SYSTEM

AT = datetime(2026, 3, 2, tzinfo=UTC)

pytestmark = pytest.mark.django_db


class _Daemon(socketserver.ThreadingTCPServer):
    answer = b"stream: OK\0"
    seen = b""


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        self.server.seen = content
        self.wfile.write(self.server.answer)


@pytest.fixture
def daemon(settings: LazySettings, tmp_path: Path) -> Iterator[_Daemon]:
    settings.MEDIA_ROOT = tmp_path
    server = _Daemon(("127.0.0.1", 0), _Conversation)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.XIANGYUN_CLAMD = f"127.0.0.1:{server.server_address[1]}"
    yield server
    server.shutdown()
    server.server_close()


def _store() -> api.FileRef:
    return api.store_file(actor=SYSTEM, stream=io.BytesIO(samples.PDF), name="a.pdf", purpose="p", at=AT)


def test_clean_file_is_taken(daemon: _Daemon) -> None:
    _store()
    assert daemon.seen == samples.PDF


def test_infected_file_is_refused(daemon: _Daemon) -> None:
    daemon.answer = b"stream: Eicar-Test-Signature FOUND\0"
    with pytest.raises(errors.InfectedFile) as caught:
        _store()
    assert caught.value.details["signature"] == "Eicar-Test-Signature"
    assert StoredFile.objects.count() == 0


@pytest.mark.parametrize("answer", [b"", b"stream: INSTREAM size limit exceeded. ERROR\0"])
def test_no_verdict_is_not_clean(daemon: _Daemon, answer: bytes) -> None:
    daemon.answer = answer
    with pytest.raises(errors.ScannerDown):
        _store()


def test_scanner_out_of_reach(settings: LazySettings) -> None:
    settings.XIANGYUN_CLAMD = "/nowhere/clamd.sock"
    with pytest.raises(errors.ScannerDown):
        _store()
