"""The Chinese that people read is set with Chinese punctuation: in messages, pages, scripts and pack files."""

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
HAN, OPENS, CLOSES = "\u3400-\u9fff", "“《（【〔", "”》）】〕"
# a half-width sign beside a Chinese character; `pass:通过` is a code and what it means
HALF_WIDTH = re.compile(rf"[{HAN}{CLOSES}] ?[,;:?!()]|(?:[,;?!()]|(?<![a-z_]):) ?[{HAN}{OPENS}]")
COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}|<!--.*?-->|/\*.*?\*/|(?m:(?:^|\s)//.*$)", re.DOTALL)
PATTERN = re.compile(r"^\^|\\")
QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`')


def _python(text: str) -> Iterator[str]:
    """Yield the text constants; docstrings are English, and patterns are not read."""
    tree = ast.parse(text)
    spoken = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    whole = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    parts = {id(part) for node in whole for part in node.values}
    for node in whole:
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not {id(node)} & (spoken | parts):
            yield "" if PATTERN.search(node.value) else node.value


def _yaml(text: str) -> Iterator[str]:
    """Yield the scalars, and what a half-width comma tears apart: `{text: 材料齐全,符合要求}` says 材料齐全 only."""
    yield from (token.value for token in yaml.scan(text) if isinstance(token, yaml.ScalarToken))
    yield from re.findall(rf"[{HAN}],[{HAN}]+", re.sub(r"(?m)(^|\s)#.*", "", text))


def _csv(text: str) -> Iterator[str]:
    return (cell for row in csv.reader(text.splitlines()) if not row[:1] or not row[0].startswith("#") for cell in row)


def _markup(text: str) -> Iterator[str]:
    yield from re.sub(r'xy:outcomes="[^"]*"', "", COMMENT.sub("", text)).splitlines()


def _script(text: str) -> Iterator[str]:
    return (quoted[0] for quoted in QUOTED.finditer(COMMENT.sub("", text)))


def _typst(text: str) -> Iterator[str]:
    """Yield the lines without what ends an expression in the markup: `#body;请`, `#get("x")请`."""
    return (re.sub(rf"[;)\]](?=[{HAN}{OPENS}])|(?<=[{CLOSES}])\)", "", line) for line in _markup(text))


READERS = {
    ".py": _python,
    ".yaml": _yaml,
    ".csv": _csv,
    ".html": _markup,
    ".bpmn": _markup,
    ".js": _script,
    ".typ": _typst,
}
FILES = [
    path
    for folder in ("src", "packs")
    for path in sorted((CHECKOUT / folder).rglob("*"))
    if path.suffix in READERS and not {"tests", "migrations", "vendor"} & set(path.parts)
]
DOCUMENTS = ["README.zh-CN.md", "docs/processes.md", "publiccode.yml", ".env.example"]
CODE = re.compile(r"`[^`]*`|\]\([^)]*\)")


@pytest.mark.parametrize("suffix", READERS)
def test_chinese_is_set_with_chinese_punctuation(suffix: str):
    read = READERS[suffix]
    found = [
        f"{path.relative_to(CHECKOUT)}: {text.strip()[:80]}"
        for path in FILES
        if path.suffix == suffix
        for text in read(path.read_text(encoding="utf-8"))
        if HALF_WIDTH.search(text)
    ]
    assert found == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_chinese_documents_are_set_with_chinese_punctuation(name: str):
    lines = CODE.sub("", (CHECKOUT / name).read_text(encoding="utf-8")).splitlines()
    assert [line for line in lines if HALF_WIDTH.search(line)] == []
