"""Issuing and sealing: numbers without gaps, encrypted content, one seal."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, connections, transaction

from xiangyun.foundation.documents import api as documents
from xiangyun.foundation.documents.errors import AlreadySealed, MissingData, UnknownDocument, UnknownKind
from xiangyun.foundation.documents.models import Document, Serial
from xiangyun.foundation.documents.tests.factories import AT, SEAL, issue, make_department, make_kinds

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kinds() -> None:
    make_kinds()


def test_create_document_numbers_by_department_kind_and_year() -> None:
    department, other = make_department(), make_department("mzj-220100", name="长春市民政局")
    numbers = [
        issue(department).number,
        issue(department).number,
        issue(department, kind="receipt").number,
        issue(other).number,
        issue(department, at=datetime(2026, 12, 31, 16, 0, tzinfo=UTC)).number,
    ]
    assert numbers == [
        "（长市监）受字〔2026〕第000001号",
        "（长市监）受字〔2026〕第000002号",
        "（长市监）收字〔2026〕第000001号",
        "（长民）受字〔2026〕第000001号",
        "（长市监）受字〔2027〕第000001号",
    ]


@pytest.mark.parametrize(
    ("key", "region", "name", "word"),
    [
        ("scjg", "22", "吉林省市场监督管理厅", "吉市监"),
        ("yjj", "22", "吉林省药品监督管理局", "吉药监"),
        ("yjj-220102", "220102", "南关区应急管理局", "南关应急"),
        ("mzw-222400", "2224", "延边朝鲜族自治州民族事务委员会", "延州民族事务"),
    ],
)
def test_create_document_word_of_department(key: str, region: str, name: str, word: str) -> None:
    assert issue(make_department(key, region, name)).number == f"（{word}）受字〔2026〕第000001号"


def test_create_document_rolled_back_leaves_no_gap() -> None:
    department = make_department()
    issue(department)
    with pytest.raises(RuntimeError), transaction.atomic():
        issue(department)
        raise RuntimeError
    assert issue(department).number == "（长市监）受字〔2026〕第000002号"


@pytest.mark.django_db(transaction=True)
def test_create_document_at_once_gives_each_number_once() -> None:
    department = make_department()

    def act(_: int) -> str:
        try:
            return issue(department).number[-5:-1]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        numbers = sorted(pool.map(act, range(12)))
    assert numbers == [f"{number:04}" for number in range(1, 13)]
    assert Serial.objects.get().last == 12


def test_create_document_unnumbered_kind() -> None:
    document = issue(make_department(), kind="review_sheet", steps=[{"name": "审核", "opinion": "同意"}])
    assert (document.number, document.needs_seal) == ("", False)


def test_create_document_unknown_kind() -> None:
    with pytest.raises(UnknownKind):
        issue(make_department(), kind="decree")


def test_create_document_missing_data_takes_no_number() -> None:
    department = make_department()
    with pytest.raises(MissingData) as refusal:
        issue(department, kind="refusal", reason="")
    assert refusal.value.details["missing"] == ["reason"]
    assert not Document.objects.exists()
    assert not Serial.objects.exists()


def test_create_document_content_is_encrypted() -> None:
    document = issue(make_department())
    with connection.cursor() as cursor:
        cursor.execute("select data from documents_document where id = %s", [document.id])
        stored = bytes(cursor.fetchone()[0])
    assert "餐饮".encode() not in stored
    assert documents.get_document_data(document_id=document.id)["applicant_name"] == "长春市𠮷㛃餐饮有限公司"


def test_store_sealed_keeps_the_very_file() -> None:
    document = issue(make_department())
    pdf = documents.render_pdf(document_id=document.id, seal_picture=SEAL)
    sealed = documents.store_sealed(document_id=document.id, pdf=pdf, signature=b"\x30\x03", at=AT)
    assert (sealed.is_sealed, sealed.sealed_at) == (True, AT)
    assert documents.read_pdf(document_id=document.id) == pdf
    assert documents.get_signature(document_id=document.id) == b"\x30\x03"


def test_store_sealed_twice() -> None:
    document = issue(make_department())
    pdf = documents.render_pdf(document_id=document.id, seal_picture=SEAL)
    documents.store_sealed(document_id=document.id, pdf=pdf, signature=b"1", at=AT)
    with pytest.raises(AlreadySealed):
        documents.store_sealed(document_id=document.id, pdf=pdf, signature=b"2", at=AT)
    with pytest.raises(AlreadySealed):
        documents.render_pdf(document_id=document.id)


def test_list_documents_of_a_record() -> None:
    department = make_department()
    issued = [issue(department, kind="receipt"), issue(department)]
    assert documents.list_documents(subject_type="tests.record", subject_id=7) == issued
    assert documents.list_documents(subject_type="tests.record", subject_id=8) == []


def test_get_document_unknown() -> None:
    with pytest.raises(UnknownDocument):
        documents.get_document(document_id=4711)
    with pytest.raises(UnknownDocument):
        documents.get_signature(document_id=issue(make_department()).id)
