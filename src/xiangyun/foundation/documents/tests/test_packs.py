"""Loading of papers: templates are tried, mistakes carry file and line, a second load changes nothing."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings

from xiangyun.foundation.documents.models import DepartmentWord, DocumentKind, PaperTemplate
from xiangyun.foundation.documents.packs import load_papers
from xiangyun.foundation.documents.tests.factories import AT
from xiangyun.foundation.packs.api import PackFile
from xiangyun.foundation.packs.errors import FileStopped

pytestmark = pytest.mark.django_db


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    shutil.copy(settings.XIANGYUN_PACK / "papers.yaml", tmp_path)
    shutil.copytree(settings.XIANGYUN_PACK / "papers", tmp_path / "papers")
    return tmp_path


def load(pack: Path) -> int:
    return load_papers(PackFile(root=pack, name="papers.yaml", at=AT))


def problems(pack: Path) -> list[str]:
    file = PackFile(root=pack, name="papers.yaml", at=AT)
    with pytest.raises(FileStopped):
        load_papers(file)
    return [str(problem) for problem in file.problems]


def test_load_papers_twice_gives_the_same_rows(pack: Path) -> None:
    load(pack)
    before = (DocumentKind.objects.count(), PaperTemplate.objects.count(), DepartmentWord.objects.count())
    load(pack)
    assert before == (13, 11, DepartmentWord.objects.count())
    assert PaperTemplate.objects.count() == 11


def test_load_papers_changed_template_is_a_new_version(pack: Path) -> None:
    load(pack)
    path = pack / "papers" / "refusal.typ"
    path.write_text(path.read_text() + "\n// 改过\n")
    load(pack)
    assert PaperTemplate.objects.filter(name="refusal").count() == 2


def test_load_papers_left_out_kind_is_retired(pack: Path) -> None:
    load(pack)
    path = pack / "papers.yaml"
    text = path.read_text()
    start, end = text.index("- code: review_sheet"), text.index("sample:")
    path.write_text(text[:start] + text[end:])
    load(pack)
    assert DocumentKind.objects.get(code="review_sheet").is_retired


def test_load_papers_broken_template_tells_file_and_line(pack: Path) -> None:
    path = pack / "papers" / "refusal.typ"
    path.write_text("// 头\n#show: page-style\n#let x = (\n")
    assert any("papers/refusal.typ:3" in text for text in problems(pack))
    assert not DocumentKind.objects.exists()


def test_load_papers_broken_common_part(pack: Path) -> None:
    path = pack / "papers" / "common.typ"
    path.write_text("#let a = nothing()\n" + path.read_text())
    assert any("papers/common.typ:1" in text for text in problems(pack))


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("word: 不受", "word: 受", "文书代字“受”重复"),
        ("template: refusal", "template: nothing", "没有模板文件 papers/nothing.typ"),
        ("[applicant_name, item_name, reason]", "[applicant_name, unknown]", "sample 中没有 unknown"),
        ("is_sealed: true", "sealed: true", "未知的键“sealed”"),
    ],
)
def test_load_papers_mistakes(pack: Path, before: str, after: str, problem: str) -> None:
    path = pack / "papers.yaml"
    path.write_text(path.read_text().replace(before, after, 1))
    assert any(problem in text for text in problems(pack))
