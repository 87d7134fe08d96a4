"""What lies on the disk is encrypted, opens only as what was stored, and says so when it does not."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from structlog.testing import capture_logs

from xiangyun.foundation.files import api
from xiangyun.foundation.files.errors import ContentDamaged, ContentLost
from xiangyun.foundation.files.models import StoredFile
from xiangyun.foundation.files.tests import samples
from xiangyun.kit.actors import SYSTEM
from xiangyun.kit.guomi import sm3

AT = datetime(2026, 3, 2, tzinfo=UTC)
OTHER = samples.PDF.replace(b"Catalog", b"catalog")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def _store(content: bytes = samples.PDF) -> api.FileRef:
    return api.store_file(actor=SYSTEM, stream=io.BytesIO(content), name="a.pdf", purpose="p", at=AT)


def _path(folder: Path, ref: api.FileRef) -> Path:
    return folder / StoredFile.objects.get(id=ref.id).location


def _read(ref: api.FileRef) -> bytes:
    with api.open_file(file_id=ref.id) as stream:
        return stream.read()


def test_the_disk_holds_nothing_readable(folder: Path) -> None:
    ref = _store()
    kept = _path(folder, ref).read_bytes()
    assert not any(part in kept for part in (b"PDF", b"Catalog", b"EOF"))
    assert kept != _path(folder, _store()).read_bytes()
    assert _read(ref) == samples.PDF


def test_the_largest_file_comes_back_whole(folder: Path) -> None:
    content = samples.PDF + bytes(20 * api.MEGABYTE - len(samples.PDF) - 6) + b"\n%%EOF"
    ref = _store(content)
    assert (ref.size, _path(folder, ref).stat().st_size) == (20 * api.MEGABYTE, 20 * api.MEGABYTE + 35)
    assert _read(ref) == content


@pytest.mark.parametrize("place", [0, 6, 10, 40, -1])
def test_a_changed_byte_is_found_and_logged(folder: Path, place: int) -> None:
    ref = _store()
    path = _path(folder, ref)
    kept = bytearray(path.read_bytes())
    kept[place] ^= 1
    path.write_bytes(kept)
    with capture_logs() as logs, pytest.raises(ContentDamaged, match="损坏或被改动"):
        _read(ref)
    [line] = logs
    assert (line["event"], line["log_level"]) == ("file_damaged", "error")
    assert path == folder / line["location"]


@pytest.mark.parametrize("kept", [b"", b"XYSM4\0", b"XYSM4\0\x01", samples.PDF[:-1]])
def test_a_cut_file_is_found(folder: Path, kept: bytes) -> None:
    ref = _store()
    _path(folder, ref).write_bytes(kept)
    with pytest.raises(ContentDamaged):
        _read(ref)


def test_files_that_changed_places_are_found(folder: Path) -> None:
    one, other = _store(), _store(OTHER)
    first, second = _path(folder, one), _path(folder, other)
    kept = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(kept)
    for ref in (one, other):
        with pytest.raises(ContentDamaged):
            _read(ref)


def test_another_master_key_opens_nothing(settings: LazySettings) -> None:
    ref = _store()
    settings.XIANGYUN_MASTER_KEY = bytes(32)
    with pytest.raises(ContentDamaged):
        _read(ref)


def test_a_new_master_key_opens_what_the_old_one_closed(settings: LazySettings) -> None:
    ref = _store()
    settings.XIANGYUN_MASTER_KEYS = {1: settings.XIANGYUN_MASTER_KEY, 2: bytes(32)}
    assert _read(ref) == samples.PDF
    assert _read(_store(OTHER)) == OTHER


def test_a_file_kept_before_encryption_opens_as_long_as_it_is_unchanged(folder: Path) -> None:
    ref = _store()
    _path(folder, ref).write_bytes(samples.PDF)
    assert _read(ref) == samples.PDF
    _path(folder, ref).write_bytes(OTHER)
    with pytest.raises(ContentDamaged):
        _read(ref)


def test_content_of_another_apps_rows(folder: Path) -> None:
    digest = sm3(OTHER).hex()
    first, second = (api.write_content(location="x/a.ofd", content=OTHER, digest=digest) for _ in range(2))
    assert (first, second != first) == ("x/a.ofd", True)
    assert [api.read_content(location=place, digest=digest) for place in (first, second)] == [OTHER, OTHER]
    with pytest.raises(ContentDamaged):
        api.read_content(location=first, digest=sm3(b"").hex())
    with capture_logs() as logs, pytest.raises(ContentLost):
        api.read_content(location="x/b.ofd", digest=digest)
    assert [line["event"] for line in logs] == ["file_lost"]
