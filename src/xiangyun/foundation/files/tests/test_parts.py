"""A file that comes in parts: goes on where it broke, belongs to one person, is checked like any other, and is forgotten."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from xiangyun.foundation.files import api, errors
from xiangyun.foundation.files.models import PartialUpload, StoredFile, UploadPart
from xiangyun.foundation.files.operations.parts import LIFE, MAX_PART, add_part, begin_upload, discard_stale_uploads
from xiangyun.foundation.files.tests import samples
from xiangyun.kit.actors import SYSTEM, Actor
from xiangyun.kit.errors import DomainError, NotAllowed

AT = datetime(2026, 3, 2, tzinfo=UTC)
HALF = len(samples.PDF) // 2
JSON = {"Accept": "application/json"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def owner() -> Actor:
    return Actor(user_id=get_user_model().objects.create(username="a").pk, name="甲")


def _begin(actor: Actor, content: bytes = samples.PDF, name: str = "合同.pdf") -> UUID:
    return begin_upload(actor=actor, name=name, size=len(content), at=AT)


def _store(actor: Actor, upload_id: UUID) -> api.FileRef:
    return api.store_upload(actor=actor, upload=str(upload_id), purpose="p", at=AT)


def test_parts_become_one_file(owner: Actor) -> None:
    upload = _begin(owner)
    assert add_part(actor=owner, upload_id=upload, start=0, content=samples.PDF[:HALF]) == HALF
    assert not any(b"PDF" in bytes(part.content) for part in UploadPart.objects.all())
    assert add_part(actor=owner, upload_id=upload, start=HALF, content=samples.PDF[HALF:]) == len(samples.PDF)
    ref = _store(owner, upload)
    assert (ref.name, ref.size, ref.uploaded_by_id) == ("合同.pdf", len(samples.PDF), owner.user_id)
    assert api.open_file(file_id=ref.id).read() == samples.PDF
    assert (PartialUpload.objects.count(), UploadPart.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("start", "content"),
    [
        (0, samples.PDF[:HALF]),
        (HALF + 1, b"x"),
        (HALF, b""),
        (HALF, samples.PDF),
        (-1, b"x"),
    ],
    ids=["twice", "gap", "empty", "too long", "before"],
)
def test_a_part_out_of_place_is_told_where_to_go_on(owner: Actor, start: int, content: bytes) -> None:
    upload = _begin(owner)
    add_part(actor=owner, upload_id=upload, start=0, content=samples.PDF[:HALF])
    with pytest.raises(errors.PartOutOfPlace) as caught:
        add_part(actor=owner, upload_id=upload, start=start, content=content)
    assert caught.value.details == {"received": HALF}
    with pytest.raises(errors.PartOutOfPlace):
        _store(owner, upload)
    assert StoredFile.objects.count() == 0


def test_a_part_has_its_limit(owner: Actor) -> None:
    upload = begin_upload(actor=owner, name="a.pdf", size=2 * MAX_PART, at=AT)
    with pytest.raises(errors.PartOutOfPlace):
        add_part(actor=owner, upload_id=upload, start=0, content=bytes(MAX_PART + 1))
    assert add_part(actor=owner, upload_id=upload, start=0, content=bytes(MAX_PART)) == MAX_PART


@pytest.mark.parametrize(
    ("size", "error"),
    [(0, errors.EmptyFile), (-1, errors.EmptyFile), (20 * api.MEGABYTE + 1, errors.FileTooBig)],
)
def test_a_size_is_checked_before_anything_is_sent(owner: Actor, size: int, error: type[DomainError]) -> None:
    with pytest.raises(error):
        begin_upload(actor=owner, name="a.pdf", size=size, at=AT)


def test_nobody_else_adds_to_or_takes_an_upload(owner: Actor) -> None:
    upload = _begin(owner)
    add_part(actor=owner, upload_id=upload, start=0, content=samples.PDF)
    other = Actor(user_id=get_user_model().objects.create(username="b").pk, name="乙")
    for stranger in (other, SYSTEM):
        with pytest.raises(errors.UploadGone):
            add_part(actor=stranger, upload_id=upload, start=len(samples.PDF), content=b"x")
        with pytest.raises(errors.UploadGone):
            _store(stranger, upload)
    with pytest.raises(NotAllowed):
        _begin(SYSTEM)


def test_what_is_put_together_passes_the_same_checks(owner: Actor) -> None:
    upload = _begin(owner, content=b"MZ" + bytes(100))
    add_part(actor=owner, upload_id=upload, start=0, content=b"MZ" + bytes(100))
    with pytest.raises(errors.WrongType):
        _store(owner, upload)
    assert StoredFile.objects.count() == 0


def test_a_form_sends_the_file_the_id_or_nothing(owner: Actor) -> None:
    whole = SimpleUploadedFile("a.pdf", samples.PDF)
    assert api.store_upload(actor=owner, upload=whole, purpose="p", at=AT).size == len(samples.PDF)
    for nothing in (None, ""):
        with pytest.raises(errors.NoFile):
            api.store_upload(actor=owner, upload=nothing, purpose="p", at=AT)
    for unknown in (str(uuid4()), "合同.pdf"):
        with pytest.raises(errors.UploadGone):
            api.store_upload(actor=owner, upload=unknown, purpose="p", at=AT)


def test_what_nobody_finishes_is_forgotten_after_a_day(owner: Actor) -> None:
    upload = _begin(owner)
    add_part(actor=owner, upload_id=upload, start=0, content=samples.PDF)
    begin_upload(actor=owner, name="b.pdf", size=5, at=AT + timedelta(minutes=1))
    assert discard_stale_uploads(at=AT + LIFE) == 0
    assert discard_stale_uploads(at=AT + LIFE + timedelta(seconds=1)) == 1
    assert (PartialUpload.objects.get().name, UploadPart.objects.count()) == ("b.pdf", 0)


def test_the_browser_sends_parts_and_asks_how_far_it_came(client: Client, owner: Actor) -> None:
    client.force_login(get_user_model().objects.get(pk=owner.user_id))
    begun = client.post("/files/uploads/", {"name": "a.pdf", "size": len(samples.PDF)}).json()
    address = f"/files/uploads/{begun['id']}/"

    def send(start: object, content: bytes) -> tuple[int, dict[str, object]]:
        sent = {"from": start, "part": SimpleUploadedFile("blob", content)}
        response = client.post(address, sent, headers=JSON)
        return response.status_code, response.json()

    assert send(0, samples.PDF[:HALF]) == (200, {"received": HALF})
    assert client.get(address).json() == {"received": HALF}
    for wrong in (0, "", "x", "9" * 20):
        status, said = send(wrong, samples.PDF[HALF:])
        assert (status, said["details"]) == (409, {"received": HALF})
    assert send(HALF, samples.PDF[HALF:]) == (200, {"received": len(samples.PDF)})
    assert client.post(address, {"from": HALF}, headers=JSON).status_code == 409
    assert client.get(f"/files/uploads/{uuid4()}/", headers=JSON).json()["code"] == "files.upload_gone"
    for size in ("", "x", "99999999999999"):
        assert client.post("/files/uploads/", {"name": "a.pdf", "size": size}, headers=JSON).status_code == 422
    assert api.open_file(file_id=_store(owner, UUID(begun["id"])).id).read() == samples.PDF
