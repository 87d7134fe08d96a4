"""Loading packs: what is written, what is skipped, and that a file with a mistake leaves nothing behind."""

from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiangyun.foundation.packs import api
from xiangyun.foundation.packs.models import LoadedFile, Pack
from xiangyun.foundation.packs.tests.factories import load, problems

LOADERS = "xiangyun.foundation.packs.tests.loaders"

pytestmark = pytest.mark.django_db


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for config in apps.get_app_configs():
        if hasattr(config, "pack_files"):
            monkeypatch.setattr(config, "pack_files", [])
    declared = [
        ("pack.yaml", "xiangyun.foundation.packs.packs.load_pack_info"),
        ("*words.csv", f"{LOADERS}.load_words"),
        ("notes.yaml", f"{LOADERS}.load_notes", ["words.csv"]),
    ]
    monkeypatch.setattr(apps.get_app_config("packs"), "pack_files", declared)
    (tmp_path / "pack.yaml").write_text(
        "name: trial\ntitle: 试验\nversion: '1'\nprovince: '220000'\ndemo_banner: 演示\nignore: [later.yaml]\n"
    )
    (tmp_path / "words.csv").write_text("# 词表\napp,model\nwords,alpha\nwords,beta\n")
    (tmp_path / "notes.yaml").write_text("notes:\n- word: alpha\n")
    return tmp_path


def words() -> list[str]:
    return sorted(ContentType.objects.filter(app_label="words").values_list("model", flat=True))


def test_load_writes_every_claimed_file_and_names_the_others(pack: Path) -> None:
    (pack / "stray.yaml").write_text("a: 1\n")
    (pack / "later.yaml").write_text("a: 1\n")
    (pack / "README.md").write_text("x")
    (pack / ".hidden").write_text("x")
    report = load(pack)
    assert [(file.path, file.rows, file.skipped) for file in report.files] == [
        ("pack.yaml", 1, False),
        ("words.csv", 2, False),
        ("notes.yaml", 1, False),
    ]
    assert report.unknown == ["stray.yaml"]
    assert words() == ["alpha", "beta"]
    assert report.lines()[-1].startswith("内容包 trial 加载完成：共4行")


def test_second_load_skips_unchanged_files(pack: Path) -> None:
    load(pack)
    report = load(pack)
    assert [file.skipped for file in report.files] == [True, True, True]
    assert report.rows == 0
    assert words() == ["alpha", "beta"]
    assert LoadedFile.objects.count() == 3


def test_a_changed_file_reloads_itself_and_those_that_depend_on_it(pack: Path) -> None:
    load(pack)
    (pack / "words.csv").write_text("app,model\nwords,alpha\nwords,beta\nwords,gamma\n")
    assert [file.skipped for file in load(pack).files] == [True, False, False]
    assert words() == ["alpha", "beta", "gamma"]


def test_check_writes_nothing_and_later_files_see_earlier_ones(pack: Path) -> None:
    report = load(pack, check=True)
    assert report.check
    assert report.rows == 4
    assert words() == []
    assert not Pack.objects.exists()
    assert not LoadedFile.objects.exists()


def test_check_lists_the_mistakes_of_all_files(pack: Path) -> None:
    (pack / "words.csv").write_text("app,model\nwords,阿尔法\nwords\n")
    (pack / "notes.yaml").write_text("notes:\n- word: alpha\n  colour: red\n- {}\n")
    assert problems(pack, check=True) == [
        "words.csv:2 “阿尔法”不是英文",
        "words.csv:3 应有2列，实有1列",
        "notes.yaml:2 没有“alpha”这个词",
        "notes.yaml:3 未知的键“colour”",
        "notes.yaml:4 没有“None”这个词",
        "notes.yaml:4 缺少：word",
    ]


def test_a_file_with_a_mistake_is_rolled_back_and_stops_the_load(pack: Path) -> None:
    (pack / "words.csv").write_text("app,model\nwords,alpha\nwords,阿尔法\n")
    assert problems(pack) == ["words.csv:3 “阿尔法”不是英文"]
    assert words() == []
    assert Pack.objects.count() == 1, "the files before it stay"
    assert list(LoadedFile.objects.values_list("path", flat=True)) == ["pack.yaml"]


def test_a_refusal_by_rule_carries_the_line(pack: Path) -> None:
    (pack / "notes.yaml").write_text("notes:\n- word: alpha\n- word: beta\n  clash: true\n")
    assert problems(pack) == ["notes.yaml:3 已有同名的注释；word：重名"]


def test_a_refusal_by_the_database_is_a_mistake_of_the_file(pack: Path) -> None:
    (pack / "notes.yaml").write_text("notes:\n- word: alpha\n  twice: true\n")
    (found,) = problems(pack)
    assert found.startswith("notes.yaml 数据库拒绝写入：duplicate key")
    assert words() == ["alpha", "beta"]


def test_demo_part_is_loaded_only_when_asked_for(pack: Path) -> None:
    (pack / "demo").mkdir()
    (pack / "demo" / "words.csv").write_text("app,model\nwords,demo\n")
    load(pack)
    assert words() == ["alpha", "beta"]
    assert api.find_pack().demo_banner == ""
    load(pack, demo=True)
    assert words() == ["alpha", "beta", "demo"]
    assert api.find_pack().demo_banner == "演示"
    load(pack)
    assert api.find_pack().is_demo, "demo rows are still there"


def test_pack_info_is_missing_before_the_first_load() -> None:
    api.clear_content_caches()
    assert api.find_pack() is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "没有 pack.yaml"),
        ("title: x\n", "pack.yaml:1 缺少：name"),
        ("name: [x\n", "pack.yaml:2 YAML 格式错误"),
        ("name: x\nignore: 5\n", "pack.yaml:2 “ignore”应为列表"),
        ("name: x\nignroe: []\n", "pack.yaml:2 未知的键“ignroe”"),
    ],
)
def test_a_folder_without_a_good_pack_yaml_is_refused(pack: Path, content: str | None, expected: str) -> None:
    (pack / "pack.yaml").unlink()
    if content is not None:
        (pack / "pack.yaml").write_text(content)
    assert expected in "\n".join(problems(pack))
    assert words() == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"app,model\nwords,alpha", "words.csv:2 文件末尾没有换行，可能不完整"),
        (b'app,model\nwords,"alp', "words.csv:2 CSV 格式错误：引号没有结束或位置不对"),
        (b"app,model\nwords,alpha,5\n", "words.csv:2 应有2列，实有3列"),
        (b"app\nwords\n", "words.csv:1 表头缺少列：model"),
        (b"# x\n\napp,model,size\n", "words.csv:3 表头有未知的列：size"),
        (b"", "words.csv 缺少表头"),
        (b"app,model\nwords,\xb2\xe2\n", "words.csv:2 不是 UTF-8 编码的文字，请另存为 UTF-8"),
    ],
)
def test_a_broken_csv_is_refused_with_its_line(pack: Path, content: bytes, expected: str) -> None:
    (pack / "words.csv").write_bytes(content)
    assert problems(pack)[0].startswith(expected)
    assert words() == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "notes.yaml:1 文件顶层应为键值：notes"),
        ("- word: alpha\n", "notes.yaml:1 文件顶层应为键值：notes"),
        ("version: 1\n", "notes.yaml:1 缺少：notes"),
        ("version: 1\nnotes: []\nnote: x\n", "notes.yaml:3 未知的键“note”"),
        ("notes:\n- word: alpha\n- word: beta\n- word: alpha\n", "notes.yaml:4 “alpha”重复（第一次在第2行）"),
        ("notes:\n- &a {word: alpha}\n- &a {word: beta}\n", "notes.yaml:3 YAML 格式错误：锚点重名"),
    ],
)
def test_a_yaml_of_another_shape_is_refused_with_its_line(pack: Path, content: str, expected: str) -> None:
    (pack / "notes.yaml").write_text(content)
    assert problems(pack)[0] == expected
    assert not LoadedFile.objects.filter(path="notes.yaml").exists()


def test_csv_lines_count_comments_blank_lines_and_long_values(pack: Path) -> None:
    (pack / "words.csv").write_text('# a\n# b\n\napp,model\n# c\nwords,"al\n#pha"\n\nwords,贝塔\n')
    assert problems(pack) == ["words.csv:9 “贝塔”不是英文"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(1, 70))
def test_half_a_csv_is_refused(pack: Path, cut: int) -> None:
    whole = 'app,model\nwords,"alpha, the ""first"""\nwords,beta\nwords,gamma of many\n'
    text = whole[:cut]
    (pack / "words.csv").write_text(text)
    if text.endswith("\n") or cut >= len(whole):
        return  # whole lines: nothing shows that more was meant
    assert problems(pack)
    assert words() == []
