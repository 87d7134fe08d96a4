"""Seals: made, used, logged, frozen, revoked; and what a verifier then says."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from xiangyun.foundation.audit import api as audit
from xiangyun.kit.actors import SYSTEM, Actor
from xiangyun.kit.errors import NotAllowed, ValidationError
from xiangyun.kit.guomi import sm3
from xiangyun.kit.ofd import Document, Page, Position, TextObject, parse_seal, write_document
from xiangyun.service.seals import api as seals
from xiangyun.service.seals.errors import AlreadyMade, NoAuthority, NoSeal, SealNotFound, WrongSealStatus
from xiangyun.service.seals.models import Seal, SealUse
from xiangyun.service.seals.tests.factories import AT, make_department, make_scheme

pytestmark = pytest.mark.django_db
CLERK = Actor(user_id=1, name="张三", is_official=True, ip="10.0.0.1")
PARTS = write_document(Document("1" * 32, "题", AT, [Page(210, 297, [TextObject(20, 30, "正文")])]))


def seal_ofd(department_id: int, **given: object) -> bytes:
    return seals.seal_ofd(
        **{
            "actor": CLERK,
            "department_id": department_id,
            "parts": PARTS,
            "position": Position(0, 150, 250),
            "label": "测试文件",
            "subject_type": "certificate",
            "subject_id": "1",
            "at": AT,
            **given,
        }
    )


def test_first_use_makes_the_seal_and_the_document_verifies() -> None:
    make_scheme()
    department = make_department()
    data = seal_ofd(department.pk)
    checked = seals.verify_document(data=data, at=AT)
    assert checked.report.is_valid
    assert checked.is_demo
    seal = Seal.objects.get()
    assert (seal.code, seal.name, seal.status) == (
        "2201049000001",
        "长春市朝阳区市场监督管理局专用章（演示）",
        "active",
    )
    assert parse_seal(bytes(seal.data)).code == seal.code
    assert [step.status.value for step in checked.report.steps if step.name == "seal_status"] == ["pass"]
    use = SealUse.objects.get()
    assert (use.user_name, use.ip, use.format, use.label, use.digest) == (
        "张三",
        "10.0.0.1",
        "ofd",
        "测试文件",
        sm3(data).hex(),
    )


def test_second_use_takes_the_same_seal_with_two_queries(django_assert_num_queries: object) -> None:
    make_scheme()
    department = make_department()
    seal_ofd(department.pk)
    with django_assert_num_queries(2):  # which seal, log
        seal_ofd(department.pk)
    assert Seal.objects.count() == 1


def test_pdf_is_sealed_beside_itself() -> None:
    make_scheme()
    department = make_department()
    pdf = b"%PDF-1.7"
    signature = seals.seal_pdf(
        department_id=department.pk,
        pdf=pdf,
        document="（朝市监）受字〔2026〕第000001号",
        kind="受理通知书",
        subject_id=1,
        at=AT,
    )
    assert seals.verify_document(data=pdf, signature=signature, at=AT).report.is_valid
    assert seals.verify_document(data=pdf + b" ", signature=signature, at=AT).report.failures == ["data_hash"]
    assert SealUse.objects.get().label == "受理通知书 （朝市监）受字〔2026〕第000001号"


def test_nothing_is_sealed_without_authority_or_scheme() -> None:
    department = make_department()
    with pytest.raises(NoSeal):
        seal_ofd(department.pk)
    make_scheme(on_demand=False)
    with pytest.raises(NoSeal):
        seal_ofd(department.pk)
    with pytest.raises(NotAllowed):
        seals.make_seal(actor=CLERK, department_id=department.pk, at=AT)
    made = seals.make_seal(actor=SYSTEM, department_id=department.pk, at=AT)
    assert made.picture == seals.get_picture(department_id=department.pk, at=AT)
    with pytest.raises(AlreadyMade):
        seals.make_seal(actor=SYSTEM, department_id=department.pk, at=AT)


def test_no_scheme_means_no_authority() -> None:
    with pytest.raises(NoAuthority):
        seals.make_seal(actor=SYSTEM, department_id=make_department().pk, at=AT)


def test_codes_are_consecutive_within_the_region() -> None:
    make_scheme()
    first, second = make_department(), make_department(code="11220000DM000003XD", key="b")
    codes = [seals.make_seal(actor=SYSTEM, department_id=d.pk, at=AT).code for d in (first, second)]
    assert codes == ["2201049000001", "2201049000002"]


def test_frozen_seal_is_not_used_and_revoked_seal_no_longer_verifies() -> None:
    make_scheme()
    department = make_department()
    before = seal_ofd(department.pk)
    seal = seals.find_seal(department_id=department.pk)
    assert seal is not None
    with pytest.raises(ValidationError):
        seals.freeze_seal(actor=SYSTEM, seal_id=seal.id, reason=" ", at=AT)
    with pytest.raises(NotAllowed):
        seals.freeze_seal(actor=CLERK, seal_id=seal.id, reason="设备遗失", at=AT)
    seals.freeze_seal(actor=SYSTEM, seal_id=seal.id, reason="设备遗失", at=AT)
    with pytest.raises(NoSeal):
        seal_ofd(department.pk)
    with pytest.raises(WrongSealStatus):
        seals.freeze_seal(actor=SYSTEM, seal_id=seal.id, reason="设备遗失", at=AT)
    seals.unfreeze_seal(actor=SYSTEM, seal_id=seal.id, reason="找回", at=AT)
    late = AT + timedelta(hours=1)
    stolen = seal_ofd(department.pk, at=late)
    seals.revoke_seal(actor=SYSTEM, seal_id=seal.id, reason="机构撤并", at=AT + timedelta(minutes=30))
    with pytest.raises(WrongSealStatus):
        seals.unfreeze_seal(actor=SYSTEM, seal_id=seal.id, reason="x", at=AT)
    now = AT + timedelta(hours=2)
    assert seals.verify_document(data=before, at=now).report.is_valid
    assert seals.verify_document(data=stolen, at=now).report.failures == ["seal_status", "holder_chain"]
    seal_ofd(department.pk, at=now)
    assert Seal.objects.get(status="active").code == "2201049000002"
    actions = {entry.action for entry in audit.list_records(subject_type="seals.seal", subject_id=seal.id)}
    assert actions == {"seals.make_seal", "seals.freeze_seal", "seals.unfreeze_seal", "seals.revoke_seal"}
    with pytest.raises(SealNotFound):
        seals.revoke_seal(actor=SYSTEM, seal_id=0, reason="x", at=AT)


def test_expired_seal_is_not_used() -> None:
    make_scheme()
    department = make_department()
    seal_ofd(department.pk)
    with pytest.raises(NoSeal):
        seal_ofd(department.pk, at=AT + timedelta(days=365 * 6))


def test_refused_document_leaves_no_use() -> None:
    make_scheme()
    department = make_department()
    with pytest.raises(ValueError), transaction.atomic():
        seal_ofd(department.pk, position=Position(7, 1, 1))
    assert SealUse.objects.count() == 0


def test_private_keys_are_not_readable_in_the_database() -> None:
    from django.db import connection

    make_scheme()
    seal_ofd(make_department().pk)
    with connection.cursor() as cursor:
        cursor.execute("select key_handle from seals_seal union all select key_handle from seals_authoritycertificate")
        stored = [bytes(row[0]) for row in cursor.fetchall()]
    assert len(stored) == 4
    keys = {seal.key_handle for seal in Seal.objects.all()}
    assert all(key.encode() not in data for key in keys for data in stored)


def test_two_live_seals_of_a_kind_are_refused_by_the_database() -> None:
    make_scheme()
    department = make_department()
    seal_ofd(department.pk)
    copy = Seal.objects.get()
    copy.pk, copy.code, copy.certificate_serial = None, "2201049999999", "1"
    with pytest.raises(DatabaseError), transaction.atomic():
        copy.save()


def test_a_use_is_never_changed_or_deleted() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select to_regproc('seals_use_append_only')")
        if cursor.fetchone()[0] is None:
            pytest.skip("the trigger comes with the migrations")
    make_scheme()
    seal_ofd(make_department().pk)
    for act in (SealUse.objects.all().delete, lambda: SealUse.objects.update(label="x")):
        with pytest.raises(DatabaseError, match="只能追加"), transaction.atomic():
            act()
