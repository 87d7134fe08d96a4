"""YAML with line numbers, read at C speed.

Only `true/false/null` and plain numbers are special. Dates stay text, and none of `on`, `no`, `12:30`, `1e3`, `007` turns
into something else: content is written by people who do not expect it.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

import yaml
from yaml._yaml import CParser
from yaml.nodes import MappingNode, ScalarNode, SequenceNode

_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,17})?")
_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_MAX_DEPTH = 40
_MAX_NODES = 1_000_000  # references to references make a document without end of a few lines

_REASONS = {
    "found undefined alias": "引用了未定义的锚点",
    "found unexpected end of stream": "文件不完整，引号或括号没有结束",
    "found character that cannot start any token": "此处不能使用该字符（如制表符、@、`），请改用空格或加引号",
    "mapping values are not allowed in this context": "冒号位置不对或缩进有误，含冒号的文字请加引号",
    "second occurrence": "锚点重名",
    "did not find expected key": "缩进有误或缺少键名",
    "did not find expected '-' indicator": "列表项缩进有误",
    "could not find expected ':'": "缺少冒号",
    "did not find expected ',' or ']'": "方括号列表没有结束或缺少逗号",
    "did not find expected ',' or '}'": "花括号没有结束或缺少逗号",
    "control characters are not allowed": "含有不可见的控制字符",
}


class YamlMap(dict[str, Any]):
    """A mapping that knows its line and the line of each key."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        """Start empty at `line`."""
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}

    def line_of(self, key: str) -> int:
        """Return the line of `key`, or of the mapping where the key is missing."""
        return self.lines.get(key, self.line)


class YamlList(list[Any]):
    """A list that knows its line and the line of each entry."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        """Start empty at `line`."""
        super().__init__()
        self.line = line
        self.lines: list[int] = []

    def line_of(self, index: int) -> int:
        """Return the line of the entry."""
        return self.lines[index]


class YamlProblem(Exception):
    """What is wrong, and in which line."""

    def __init__(self, line: int, reason: str) -> None:
        """Keep both."""
        super().__init__(reason)
        self.line, self.reason = line, reason


class _Composer(CParser):
    """libyaml's composer without tag resolution, which would cost more than the parsing; it recurses, so not too deep."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = 0

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        return ""

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise YamlProblem(current_node.start_mark.line + 1, "嵌套层次过深")

    def ascend_resolver(self) -> None:
        self.depth -= 1


def parse_yaml(text: str) -> Any:
    """Return the document as `YamlMap`, `YamlList` and plain scalars; None for an empty one.

    Raises: YamlProblem.
    """
    try:
        root = _Composer(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = _REASONS.get(error.problem or "", error.problem or "无法解析")
        raise YamlProblem(mark.line + 1 if mark else 0, f"YAML 格式错误：{reason}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise YamlProblem(0, f"YAML 格式错误：{error}") from error
    return None if root is None else _build(root, 0, count())


def plain(value: Any) -> Any:
    """Return ordinary dicts and lists without lines, to be stored as JSON."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def _build(node: Any, depth: int, built: Iterator[int]) -> Any:
    line = node.start_mark.line + 1
    if depth > _MAX_DEPTH or next(built) > _MAX_NODES:
        raise YamlProblem(line, "嵌套层次过深" if depth > _MAX_DEPTH else "引用（*）展开后内容过多")
    if isinstance(node, ScalarNode):
        return _scalar(node)
    if node.tag:
        raise YamlProblem(line, f"不支持的标签“{node.tag}”")
    if isinstance(node, SequenceNode):
        entries = YamlList(line)
        for child in node.value:
            entries.append(_build(child, depth + 1, built))
            entries.lines.append(child.start_mark.line + 1)
        return entries
    assert isinstance(node, MappingNode)
    mapping = YamlMap(line)
    for key_node, child in node.value:
        key_line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode):
            raise YamlProblem(key_line, "键名只能是文字")
        key = key_node.value
        if key in mapping:
            raise YamlProblem(key_line, f"键“{key}”重复（第一次在第{mapping.lines[key]}行）")
        mapping[key] = _build(child, depth + 1, built)
        mapping.lines[key] = key_line
    return mapping


def _scalar(node: Any) -> str | int | float | bool | None:
    text: str = node.value
    if node.tag or node.style:  # tagged (!!str) or quoted: text
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return text
