"""The demonstration authority and seals of the pack."""

from datetime import timedelta
from pathlib import Path

import pytest

from xiangyun.foundation.packs.api import PackFile
from xiangyun.service.seals import api as seals
from xiangyun.service.seals.models import AuthorityCertificate, Seal, SealScheme
from xiangyun.service.seals.packs import load_seals
from xiangyun.service.seals.tests.factories import AT, make_department

pytestmark = pytest.mark.django_db
GOOD = """\
authority: 吉林省电子印章认证中心
center_text: 行政审批专用章
valid_years: 5
diameters: {'4': 42}
since: '2026-01-01'
made_at_once: [scjg-220104]
"""
PAST = AT - timedelta(days=300)


def pack_file(folder: Path, text: str) -> PackFile:
    (folder / "seals.yaml").write_text(text, encoding="utf-8")
    return PackFile(root=folder, name="seals.yaml", at=AT, demo=True)


def test_authority_and_listed_seals_are_made_once(tmp_path: Path) -> None:
    department = make_department()
    for _ in range(2):
        file = pack_file(tmp_path, GOOD)
        assert load_seals(file) == 2
        assert file.problems == []
    assert AuthorityCertificate.objects.filter(is_demo=True).count() == 3
    assert SealScheme.objects.get().on_demand
    seal = Seal.objects.get()
    assert (seal.department_id, seal.width_mm, seal.is_demo) == (department.pk, 42, True)


@pytest.mark.parametrize("listed", ["[scjg-220104]", "[]"])
def test_papers_of_the_past_are_sealed_since_the_day_the_pack_names(tmp_path: Path, listed: str) -> None:
    department = make_department()
    load_seals(pack_file(tmp_path, GOOD.replace("[scjg-220104]", listed)))
    for at in (AT, PAST):
        signature = seals.seal_pdf(
            department_id=department.pk, pdf=b"%PDF", document="1号", kind="通知书", subject_id=1, at=at
        )
        assert seals.verify_document(data=b"%PDF", signature=signature, at=AT).report.is_valid


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (("valid_years: 5", "valid_years: 50"), 3, "valid_years"),
        (("42", "420"), 4, "diameters"),
        (("2026-01-01", "2027-01-01"), 5, "since"),
        (("2026-01-01", "soon"), 5, "日期"),
        (("[scjg-220104]", "[nobody]"), 6, "nobody"),
    ],
)
def test_mistakes_are_named_with_their_line(tmp_path: Path, change: tuple[str, str], line: int, said: str) -> None:
    make_department()
    file = pack_file(tmp_path, GOOD.replace(*change))
    try:
        load_seals(file)
    except Exception as stopped:
        assert type(stopped).__name__ == "FileStopped"
    assert [(problem.line, said in problem.reason) for problem in file.problems] == [(line, True)]
