"""A file of a pack as its loader sees it: rows and nodes with line numbers, and a list to note mistakes on."""

import csv
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

from xiangyun.foundation.packs.errors import FileStopped, PackProblem
from xiangyun.foundation.packs.queries.nodes import YamlList, YamlMap, YamlProblem, parse_yaml
from xiangyun.kit.errors import DomainError


class Row(dict[str, str]):
    """One CSV row by column name, with its line."""

    __slots__ = ("line",)

    def __init__(self, values: Iterator[tuple[str, str]], line: int) -> None:
        """Take column–value pairs."""
        super().__init__(values)
        self.line = line


@dataclass(kw_only=True)
class PackFile:
    """A file below `root`; `demo` tells whether the demo part is loaded, `at` the moment of loading.

    A loader notes every mistake with `error` and goes on, so that one run shows them all; a file with a mistake is
    rolled back as a whole.
    """

    root: Path
    name: str
    at: datetime
    demo: bool = False
    problems: list[PackProblem] = field(default_factory=list)

    @property
    def path(self) -> Path:
        """The absolute path."""
        return self.root / self.name

    @cached_property
    def bytes(self) -> bytes:
        """The content."""
        try:
            return self.path.read_bytes()
        except OSError as error:
            self.fail(0, f"无法读取文件：{error.strerror}")

    @cached_property
    def text(self) -> str:
        """The content as text (UTF-8, with or without BOM)."""
        try:
            return self.bytes.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self.fail(self.bytes.count(b"\n", 0, error.start) + 1, "不是 UTF-8 编码的文字，请另存为 UTF-8")

    def error(self, line: int, reason: str) -> None:
        """Note a mistake and go on."""
        self.problems.append(PackProblem(self.name, line, reason))

    def fail(self, line: int, reason: str) -> NoReturn:
        """Note a mistake after which going on makes no sense."""
        self.error(line, reason)
        raise FileStopped

    def stop_on_errors(self) -> None:
        """Leave the loader if a mistake was noted, before rows are written that rest on it."""
        if self.problems:
            raise FileStopped

    @contextmanager
    def line(self, number: int) -> Iterator[None]:
        """Turn a refusal (`DomainError`) raised inside into a mistake of this line."""
        try:
            yield
        except DomainError as refusal:
            details = [f"{key}：{value}" for key, value in refusal.details.items() if isinstance(value, str)]
            self.error(number, "；".join([refusal.text.rstrip("。"), *details]))

    def sibling(self, name: str) -> "PackFile":
        """Return another file of the same pack; its mistakes count as this file's."""
        return PackFile(root=self.root, name=name, at=self.at, demo=self.demo, problems=self.problems)

    def exists(self) -> bool:
        """Say whether the file is there."""
        return self.path.is_file()

    def read_csv(self, *, columns: Collection[str], optional: Collection[str] = ()) -> list[Row]:
        """Return the rows; lines that begin with `#` before a row are comments.

        `columns` must all be in the header, and nothing but `optional` besides.
        """
        lines = _Lines(self.text)
        reader = csv.reader(lines, strict=True)
        rows: list[Row] = []
        header: list[str] = []
        try:
            while record := lines.next_record(reader):
                if not header:
                    header = self._check_header(record, lines.first, columns, optional)
                elif len(record) != len(header):
                    self.error(lines.first, f"应有{len(header)}列，实有{len(record)}列")
                else:
                    rows.append(Row(zip(header, (value.strip() for value in record), strict=True), lines.first))
        except csv.Error as error:
            self.fail(lines.first, f"CSV 格式错误：引号没有结束或位置不对（{error}）")
        if not header:
            self.fail(0, "缺少表头")
        if not self.text.endswith("\n"):
            self.error(lines.number, "文件末尾没有换行，可能不完整")
        return rows

    def _check_header(
        self, header: list[str], line: int, columns: Collection[str], optional: Collection[str]
    ) -> list[str]:
        header = [name.strip() for name in header]
        if missing := [name for name in columns if name not in header]:
            self.fail(line, f"表头缺少列：{'、'.join(missing)}")
        if unknown := [name for name in header if name not in columns and name not in optional]:
            self.fail(line, f"表头有未知的列：{'、'.join(unknown)}")
        return header

    def read_yaml(self) -> Any:
        """Return `YamlMap`, `YamlList` and scalars; dates stay text."""
        try:
            return parse_yaml(self.text)
        except YamlProblem as problem:
            self.fail(problem.line, problem.reason)

    def read_mapping(self, *, required: Collection[str] = (), optional: Collection[str] = ()) -> YamlMap:
        """Return the top mapping, which holds these keys and perhaps a version; anything else is a mistake."""
        document = self.read_yaml()
        if not isinstance(document, YamlMap):
            self.fail(1, f"文件顶层应为键值：{'、'.join([*required, *optional])}")
        if not self.check_keys(document, required=required, optional=[*optional, "version"]):
            raise FileStopped
        return document

    def read_entries(self, key: str, *, beside: Collection[str] = ()) -> list[YamlMap]:
        """Return the mappings listed under `key` of the top mapping; anything else but what lies beside is a mistake."""
        return self.entries_of(self.read_mapping(required=[key], optional=beside), key)

    def entries_of(self, document: YamlMap, key: str) -> list[YamlMap]:
        """Return the mappings listed under `key` of a mapping; anything else is a mistake."""
        entries = document.get(key)
        if not isinstance(entries, YamlList):
            self.fail(document.line_of(key), f"“{key}”应为列表")
        found: list[YamlMap] = []
        for index, entry in enumerate(entries):
            if isinstance(entry, YamlMap):
                found.append(entry)
            else:
                self.error(entries.line_of(index), f"“{key}”的每一项应为键值")
        return found

    def check_keys(self, node: YamlMap, *, required: Collection[str] = (), optional: Collection[str] = ()) -> bool:
        """Note missing and unknown keys; return whether all required ones are there."""
        missing = [key for key in required if node.get(key) in (None, "")]
        if missing:
            self.error(node.line, f"缺少：{'、'.join(missing)}")
        for key in node:
            if key not in required and key not in optional:
                self.error(node.line_of(key), f"未知的键“{key}”")
        return not missing

    def check_unique(self, nodes: Iterable[YamlMap], *keys: str) -> None:
        """Note each mapping that has the same values under the keys as one before it."""
        seen: dict[tuple[str, ...], int] = {}
        for node in nodes:
            value = tuple(str(node.get(key)) for key in keys)
            if value in seen:
                self.error(node.line_of(keys[0]), f"“{' '.join(value)}”重复（第一次在第{seen[value]}行）")
            seen.setdefault(value, node.line_of(keys[0]))

    def check_texts(self, node: YamlMap, *keys: str) -> bool:
        """Note each of the keys that holds a list or a mapping where a text belongs; return whether none does."""
        wrong = [key for key in keys if isinstance(node.get(key), YamlMap | YamlList)]
        for key in wrong:
            self.error(node.line_of(key), f"“{key}”应为文字")
        return not wrong

    def date_of(self, value: Any, line: int) -> date | None:
        """Return an ISO date (`2026-09-03`); None for nothing; note anything else."""
        if value in (None, ""):
            return None
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.error(line, f"日期“{value}”应写作 年-月-日，如 2026-09-03")
            return None


class _Lines:
    """Feeds the CSV reader line by line and knows in which line a record began."""

    def __init__(self, text: str) -> None:
        self._lines = iter(text.splitlines(keepends=True))
        self.number = 0
        self.first = 0
        self._fresh = True

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        for line in self._lines:
            self.number += 1
            if self._fresh and (line.startswith("#") or not line.strip()):
                continue
            if self._fresh:
                self.first, self._fresh = self.number, False
            return line
        raise StopIteration

    def next_record(self, reader: Any) -> list[str]:
        self._fresh = True
        record: list[str] = next(reader, [])
        return record
