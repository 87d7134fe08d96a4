"""YAML with line numbers."""

from itertools import pairwise

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from xiangyun.foundation.packs.api import YamlList, YamlMap, plain
from xiangyun.foundation.packs.queries.nodes import YamlProblem, parse_yaml

_texts = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn", "Co"]))
_scalars = st.none() | st.booleans() | st.integers(-(10**6), 10**6) | _texts
_documents = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4), max_leaves=12
)


@given(_documents)
def test_what_is_dumped_is_read_back(document: object) -> None:
    assert plain(parse_yaml(yaml.safe_dump(document, allow_unicode=True))) == document


def test_lines_of_keys_and_entries() -> None:
    document = parse_yaml("# x\na: 1\nb:\n- c\n- d: 2\n  e: 3\n")
    assert isinstance(document, YamlMap)
    assert (document.line, document.line_of("b"), document.line_of("missing")) == (2, 3, 2)
    entries = document["b"]
    assert isinstance(entries, YamlList)
    assert (entries.line_of(0), entries.line_of(1), entries[1].line_of("e")) == (4, 5, 6)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2026-09-03", "2026-09-03"), ("12:30", "12:30"), ("on", "on"), ("no", "no"), ("'1'", "1"), ("007", "007"),
        ("1_000", "1_000"), ("1", 1), ("-2.5", -2.5), ("1e3", "1e3"), ("true", True), ("~", None), ("!!str 5", "5"),
        ("0x1f", "0x1f"), ("'true'", "true"), ("9" * 5000, "9" * 5000),
    ],
)  # fmt: skip
def test_plain_scalars(text: str, value: object) -> None:
    found = parse_yaml(text)
    assert found == value
    assert type(found) is type(value)


BOMB = "a: &a [l, l]\n" + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in pairwise("abcdefghij"))


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a: 1\na: 2\n", 2, "键“a”重复（第一次在第1行）"),
        ("a: [1, 2\nb: 3\n", 2, "方括号列表没有结束或缺少逗号"),
        ("a:\n  b: 1\n c: 2\n", 3, "缩进有误或缺少键名"),
        ("a: b: c\n", 1, "冒号位置不对"),
        ("a: 'x\n", 2, "引号或括号没有结束"),
        ("a: *x\n", 1, "引用了未定义的锚点"),
        ("a: !!python/object:os.system {}\n", 1, "不支持的标签"),
        ("? [a]\n: 1\n", 1, "键名只能是文字"),
        ("[" * 60 + "]" * 60, 1, "嵌套层次过深"),
        ("[" * 100_000 + "]" * 100_000, 1, "嵌套层次过深"),
        ("a: &a [*a]\n", 1, "嵌套层次过深"),
        (BOMB, 1, "展开后内容过多"),
        ("a: \x01\n", 0, "YAML 格式错误"),
        ("--- 1\n--- 2\n", 2, "YAML 格式错误"),
    ],
)
def test_bad_yaml_is_named_with_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(YamlProblem) as caught:
        parse_yaml(text)
    assert reason in caught.value.reason
    assert caught.value.line == line
