"""Uploads are known by content, limited, hashed, renamed; hostile ones are refused and leave nothing behind."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.auth import get_user_model
from django.core.files.storage import default_storage
from django.http import FileResponse
from PIL import Image

from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.files import api, errors
from xiangyun.foundation.files.models import StoredFile
from xiangyun.foundation.files.queries.names import clean_name
from xiangyun.foundation.files.tests import samples
from xiangyun.kit.actors import SYSTEM, Actor
from xiangyun.kit.errors import DomainError, NotFound
from xiangyun.kit.guomi import sm3

AT = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def _store(content: bytes, name: str, actor: Actor = SYSTEM, **options: object) -> api.FileRef:
    return api.store_file(
        actor=actor, stream=io.BytesIO(content), name=name, purpose="cases.material", at=AT, **options
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (samples.PDF, "租赁合同.pdf", "application/pdf"),
        (samples.ofd(), "营业执照.ofd", "application/ofd"),
        (samples.docx(), "章程.DOCX", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (samples.xlsx(), "名单.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_store_keeps_each_kind_unchanged_with_its_hash(content: bytes, name: str, media_type: str) -> None:
    ref = _store(content, name)
    assert (ref.name, ref.media_type, ref.size, ref.sm3) == (name, media_type, len(content), sm3(content).hex())
    with api.open_file(file_id=ref.id) as stored:
        assert stored.read() == content
    location = StoredFile.objects.get().location
    assert location.startswith("2026/03/03/")  # the day in China
    assert "租赁" not in location
    assert [e.action for e in audit.list_records(subject_type="files.storedfile", subject_id=str(ref.id))] == [
        "files.store_file"
    ]
    assert api.get_file(file_id=str(ref.id)) == ref


@pytest.mark.django_db
def test_store_image_drops_place_and_trailer_and_turns_it_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Phone"
    ref = _store(samples.image("JPEG", exif=exif) + b"<script>alert(1)</script>", "照片.jpeg")
    with api.open_file(file_id=ref.id) as stored:
        content = stored.read()
    assert b"script" not in content
    assert b"Phone" not in content
    with Image.open(io.BytesIO(content)) as image:
        assert image.size == (20, 40)
        assert not image.getexif()
    assert ref.sm3 == sm3(content).hex()


@pytest.mark.django_db
def test_store_png() -> None:
    assert _store(samples.image("PNG"), "a.png").media_type == "image/png"


def _bomb() -> bytes:
    return samples.package("[Content_Types].xml", "word/document.xml", content=b"0" * 30_000_000)


def _locked() -> bytes:
    content = bytearray(samples.docx())
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        place = content.find(mark) + (6 if mark == b"PK\x03\x04" else 8)
        content[place] |= 1
    return bytes(content)


def _escaping() -> bytes:
    out = io.BytesIO(samples.docx())
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("../../etc/passwd", "x")
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name", "error"),
    [
        (b"", "空.pdf", errors.EmptyFile),
        (b"MZ\x90\x00" + b"\0" * 300, "合同.pdf", errors.WrongType),
        (b"<html><script>alert(1)</script>", "页.pdf", errors.WrongType),
        (b"\x7fELF" + b"\0" * 60, "a.png", errors.WrongType),
        (b"plain text", "a.pdf", errors.WrongType),
        (samples.PDF, "a.png", errors.WrongType),
        (samples.PDF, "无扩展名", errors.WrongType),
        (samples.package("a.txt"), "a.docx", errors.WrongType),
        (b"PK\x03\x04broken", "a.docx", errors.WrongType),
        (samples.PDF[:30], "a.pdf", errors.DamagedFile),
        (samples.image()[:200], "a.jpg", errors.DamagedFile),
        (samples.docx("word/vbaProject.bin"), "a.docx", errors.DamagedFile),
        (_bomb(), "a.docx", errors.DamagedFile),
        (_locked(), "a.docx", errors.DamagedFile),
        (_escaping(), "a.docx", errors.DamagedFile),
        (samples.image("PNG", size=(8000, 7000)), "a.png", errors.DamagedFile),
    ],
)
def test_store_refuses_what_is_not_what_it_should_be(content: bytes, name: str, error: type[DomainError]) -> None:
    with pytest.raises(error) as refusal:
        _store(content, name)
    assert refusal.value.details["file"] == refusal.value.text
    assert StoredFile.objects.count() == 0
    assert default_storage.listdir("")[0] == []


@pytest.mark.django_db
def test_store_stops_reading_at_the_limit() -> None:
    class Endless(io.RawIOBase):
        read_bytes = 0

        def read(self, size: int = -1) -> bytes:
            self.read_bytes += size
            return b"x" * size

    stream = Endless()
    with pytest.raises(errors.FileTooBig, match="1 MB"):
        api.store_file(actor=SYSTEM, stream=stream, name="a.pdf", purpose="p", at=AT, max_bytes=api.MEGABYTE)
    assert stream.read_bytes < 2 * api.MEGABYTE


@pytest.mark.django_db
def test_store_takes_only_the_kinds_of_the_place() -> None:
    with pytest.raises(errors.WrongType, match="PDF"):
        _store(samples.image(), "a.jpg", kinds=("pdf",))


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\王\\合同.pdf", "合同.pdf"),
        ("照片\u202egpj.exe", "照片gpj.exe"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ('<img src="x">.pdf', "_img src=_x__.pdf"),
        ("", "未命名"),
        ("..", "未命名"),
        ("長" * 200 + ".pdf", "長" * 116 + ".pdf"),
        ("𠮷田㛃.pdf", "𠮷田㛃.pdf"),
    ],
)
def test_clean_name(raw: str, clean: str) -> None:
    assert clean_name(raw) == clean


@pytest.mark.django_db
def test_open_lost_content_is_said_plainly() -> None:
    ref = _store(samples.PDF, "a.pdf")
    default_storage.delete(StoredFile.objects.get().location)
    with pytest.raises(NotFound, match="缺失"):
        api.open_file(file_id=ref.id)
    with pytest.raises(NotFound):
        api.get_file(file_id="../../etc/passwd")


@pytest.mark.django_db
def test_discard_takes_the_content_along(django_capture_on_commit_callbacks: "pytest.FixtureRequest") -> None:
    user = get_user_model().objects.create(username="a")
    owner = Actor(user_id=user.id, name="甲")
    ref = _store(samples.PDF, "a.pdf", owner)
    location = StoredFile.objects.get().location
    assert api.get_file(file_id=ref.id, owner_id=user.id) == ref
    with pytest.raises(NotFound):
        api.get_file(file_id=ref.id, owner_id=user.id + 1)
    with django_capture_on_commit_callbacks(execute=True):
        api.discard_file(actor=owner, file_id=ref.id, at=AT)
    assert not default_storage.exists(location)
    assert StoredFile.objects.count() == 0


@pytest.mark.django_db
def test_file_is_handed_out_under_its_name_without_sniffing_script_or_cache() -> None:
    ref = _store(samples.PDF, "合同 一.pdf")
    response = FileResponse(api.open_file(file_id=ref.id), **ref.response_options())
    assert b"".join(response.streaming_content) == samples.PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Disposition"].startswith("inline; filename*=utf-8''%E5%90%88")
