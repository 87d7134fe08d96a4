"""The pack's types, faces and demonstration certificates, and what happens to mistakes in them."""

from pathlib import Path

import pytest
from django.conf import settings

from xiangyun.foundation.packs.api import PackFile
from xiangyun.service.certificates.models import Certificate, CertificateType, FaceTemplate
from xiangyun.service.certificates.packs import load_demo, load_faces, load_types
from xiangyun.service.certificates.tests.factories import CITIZEN_ID, load_standards, make_user, ready
from xiangyun.service.seals.tests.factories import AT

pytestmark = pytest.mark.django_db


def pack_file(name: str, root: Path | None = None) -> PackFile:
    return PackFile(root=root or Path(settings.XIANGYUN_PACK), name=name, at=AT, demo=True)


def test_the_packs_types_and_faces_load_twice_to_the_same(tmp_path: Path) -> None:
    load_standards(tmp_path)
    for _ in range(2):
        types, faces = pack_file("certificate_types.yaml"), pack_file("certificate_faces.yaml")
        assert load_types(types) == 164
        assert load_faces(faces) == 6
        assert types.problems == faces.problems == []
    assert CertificateType.objects.count() == 164
    assert CertificateType.objects.filter(face__isnull=True).count() == 0
    assert CertificateType.objects.filter(is_demo_code=False).count() == 5
    assert set(CertificateType.objects.values_list("present_level", flat=True)) == {2}
    assert FaceTemplate.objects.get(key="generic").version == 1
    assert CertificateType.objects.get(key="food_business_license").face.key == "food_business_license"
    assert CertificateType.objects.get(key="social_card").face_fields[-1] == {
        "element": "bank_account", "label": "银行账号", "printed": False,
    }  # fmt: skip


def test_mistakes_are_named_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "certificate_types.yaml").write_text(
        "certificate_types:\n"
        "- {id: a, name: 甲证, defining_body: 乙, holder_category: 企业, category: 证照, validity_kind: 9,\n"
        "   issue_levels: [4], dept: scjg, type_code: '123', face_fields: [{element: no_such_element, label: 丙}]}\n"
        "- {id: b}\n",
        encoding="utf-8",
    )
    (tmp_path / "certificate_faces.yaml").write_text("present_level: 9\n", encoding="utf-8")
    file = pack_file("certificate_types.yaml", tmp_path)
    with pytest.raises(Exception):  # noqa: B017
        load_types(file)
    said = [str(problem) for problem in sorted(file.problems)]
    assert len(said) == 6
    assert "certificate_types.yaml:1 certificate_faces.yaml 的 present_level 应为2、3或4" in said
    assert "certificate_types.yaml:3 “甲证”没有有效的21位证照类型代码" in said
    assert "certificate_types.yaml:3 照面字段引用了不存在的数据元“no_such_element”" in said
    assert CertificateType.objects.count() == 0


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("{kind: picture, box: [0, 0, 1, 1]}", "未知的类别“picture”"),
        ("{kind: rect, box: [0, 0, 1]}", "无法绘制"),
        ("{kind: rect, box: [0, 0, 1, 1], fill: red}", "颜色“red”"),
        ("{kind: text, text: '{nothing}', box: [0, 0, 9, 9]}", "nothing"),
        ("{kind: line}", "points"),
    ],
)
def test_designs_that_cannot_be_drawn_are_refused(tmp_path: Path, item: str, said: str) -> None:
    load_standards(tmp_path)
    load_types(pack_file("certificate_types.yaml"))
    (tmp_path / "certificate_faces.yaml").write_text(
        f"faces:\n- id: generic\n  page: [210, 297]\n  seal: [1, 2]\n  items:\n  - {item}\n", encoding="utf-8"
    )
    file = pack_file("certificate_faces.yaml", tmp_path)
    with pytest.raises(Exception):  # noqa: B017
        load_faces(file)
    assert said in str(file.problems[0])
    assert file.problems[0].line == 5


def test_demo_certificates_are_issued_once(tmp_path: Path) -> None:
    ready("id_card")
    make_user()
    (tmp_path / "certificates.yaml").write_text(
        "certificates:\n"
        f"- {{type: id_card, department: scjg-220104, holder: {{citizen_id: '{CITIZEN_ID}'}}, issued_on: 2024-03-15,\n"
        "   valid_to: null, face: {sex: '1'}}\n",
        encoding="utf-8",
    )
    for _ in range(2):
        assert load_demo(pack_file("certificates.yaml", tmp_path)) == 1
    made = Certificate.objects.get()
    assert (made.source, made.holder_name, made.valid_to) == ("demo", "赵示一", None)


def test_demo_mistakes_are_named(tmp_path: Path) -> None:
    ready("id_card")
    (tmp_path / "certificates.yaml").write_text(
        "certificates:\n"
        "- {type: id_card, department: none, holder: {citizen_id: '110101199003070000'},\n"
        "   issued_on: 2024-03-15, face: {a: 1}}\n"
        "- {type: nothing, department: none, holder: {uscc: X}, issued_on: 2024-03-15, face: {a: 1}}\n",
        encoding="utf-8",
    )
    file = pack_file("certificates.yaml", tmp_path)
    load_demo(file)
    assert [problem.line for problem in file.problems] == [2, 4]
