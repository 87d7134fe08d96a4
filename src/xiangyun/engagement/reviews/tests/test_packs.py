"""Loading of reasons."""

from pathlib import Path

import pytest

from xiangyun.engagement.reviews.models import Reason
from xiangyun.engagement.reviews.packs import load_reasons
from xiangyun.engagement.reviews.tests.factories import AT
from xiangyun.foundation.packs.api import PackFile
from xiangyun.foundation.packs.errors import FileStopped

pytestmark = pytest.mark.django_db
RIGHT = "reasons:\n" + "".join(f"- {{code: '{star}01', text: 理由{star}}}\n" for star in range(1, 6))


def load(folder: Path, text: str) -> PackFile:
    (folder / "review_reasons.yaml").write_text(text)
    file = PackFile(root=folder, name="review_reasons.yaml", at=AT)
    load_reasons(file)
    return file


def test_load_reasons_retires_what_left(tmp_path: Path) -> None:
    load(tmp_path, RIGHT + "- {code: '502', text: 旧}\n")
    load(tmp_path, RIGHT)
    assert (Reason.objects.count(), Reason.objects.filter(is_retired=True).get().code) == (6, "502")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("- {code: '601', text: 六星}\n", "应为三位数字"),
        ("- {code: '501', text: 重复}\n", "代码“501”重复"),
        ("- {code: '51', text: 短}\n", "应为三位数字"),
        ("- {code: '511'}\n", "缺少：text"),
    ],
)
def test_load_reasons_mistakes(tmp_path: Path, line: str, problem: str) -> None:
    (tmp_path / "review_reasons.yaml").write_text(RIGHT + line)
    file = PackFile(root=tmp_path, name="review_reasons.yaml", at=AT)
    with pytest.raises(FileStopped):
        load_reasons(file)
    assert any(problem in str(each) and ":7" in str(each) for each in file.problems), file.problems


def test_load_reasons_grade_without_reason(tmp_path: Path) -> None:
    (tmp_path / "review_reasons.yaml").write_text(RIGHT.replace("- {code: '301', text: 理由3}\n", ""))
    file = PackFile(root=tmp_path, name="review_reasons.yaml", at=AT)
    with pytest.raises(FileStopped):
        load_reasons(file)
    assert "3星（基本满意）没有评价指标" in str(file.problems[0])
