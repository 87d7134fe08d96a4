"""The one expression language of the platform: zen-engine behind two calls and one error.

Gateway conditions, form visibility and decision tables are written in it. Expressions cannot loop, call out or touch
Python objects, so officials may write them; everything they read is handed in as plain data.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any
from uuid import UUID

import zen

from xiangyun.kit.errors import DomainError

SAFE_NODES = frozenset({"inputNode", "outputNode", "decisionTableNode", "expressionNode", "switchNode"})
_POSITION = re.compile(r"(?:at \(?|\()(\d+)")
_STRING = re.compile(r"'[^']*'|\"[^\"]*\"")
_NAME = re.compile(r"(?<![\w.#$])[A-Za-z_]\w*(?!\s*\()")
_WORDS = frozenset({"and", "or", "not", "in", "true", "false", "null"})
_KINDS = {
    "lexerError": "含有不能识别的符号",
    "parserError": "写法不完整或有误",
    "compilerError": "写法有误",
    "vmError": "计算时数据类型不符或缺少数据",
}


class ExpressionError(DomainError):
    """An expression or decision table that cannot be read or computed."""

    code = "expression_error"
    message = "表达式有误。"
    status = 422

    def __init__(self, reason: str, *, text: str, position: int | None = None, source: str = "") -> None:
        """Say in Chinese what is wrong with which text and, where known, at which character (counted from 0)."""
        place = f"（第{position + 1}个字符处）" if position is not None else ""
        super().__init__(f"表达式“{text}”{reason}{place}。", text=text, position=position, source=source)
        self.expression = text
        self.reason = reason
        self.position = position


class Expression:
    """A compiled expression; safe to share between threads."""

    __slots__ = ("_compiled", "text")

    def __init__(self, text: str, compiled: Any) -> None:
        self.text = text
        self._compiled = compiled

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def evaluate(self, context: Mapping[str, Any] | None = None) -> Any:
        """Compute the value over plain data; whole numbers come back as int.

        A name that the context does not hold is null, comparing null with a number is an error.

        Raises: ExpressionError.
        """
        return _whole(_run(self.text, self._compiled, dict(context or {})))

    def is_true(self, context: Mapping[str, Any] | None = None) -> bool:
        """Compute a condition, which must give true or false: a wrong type must not silently choose a path.

        Raises: ExpressionError.
        """
        value = self.evaluate(context)
        if not isinstance(value, bool):
            raise ExpressionError("的结果不是“真/假”", text=self.text)
        return value


def compile_expression(text: str) -> Expression:
    """Check and compile an expression; the same text is compiled once in a process.

    Raises: ExpressionError.
    """
    return _compile(text.strip())


def evaluate(text: str, context: Mapping[str, Any] | None = None) -> Any:
    """Compile (cached) and compute.

    Raises: ExpressionError.
    """
    return compile_expression(text).evaluate(context)


def names_in(text: str) -> set[str]:
    """Return the variables that an expression reads."""
    return set(_NAME.findall(_STRING.sub("''", text))) - _WORDS


@dataclass(frozen=True)
class RuleHit:
    """One row of a decision table that fired: which, what it said, what it saw."""

    table: str
    row: int
    cells: dict[str, str]
    inputs: dict[str, Any]


class DecisionTable:
    """A decision in GoRules JSON: a whole graph, or the content of one table (`hitPolicy, inputs, outputs, rules`)."""

    __slots__ = ("_decision", "name")

    def __init__(self, name: str, decision: Any) -> None:
        self.name = name
        self._decision = decision

    @classmethod
    def load(cls, source: str | bytes | Mapping[str, Any], *, name: str = "决策表") -> "DecisionTable":
        """Check every cell and load. zen itself lets a broken cell pass and never match, so the check is ours.

        Raises: ExpressionError.
        """
        graph = _read_json(source, name)
        if "nodes" not in graph:
            graph = _wrap(graph, name)
        _check_graph(graph, name)
        try:
            decision = zen.ZenEngine().create_decision(json.dumps(graph))
            decision.validate()
        except Exception as error:  # the binding raises bare RuntimeError and Exception
            raise ExpressionError(f"不能读取：{_first_line(error)}", text=name) from error
        return cls(str(graph.get("name") or name), decision)

    def evaluate(self, context: Mapping[str, Any]) -> tuple[Any, list[RuleHit]]:
        """Return the result ({} when no row fires; a list for `collect`) and the rows that fired.

        Raises: ExpressionError.
        """
        data = plain(dict(context))
        try:
            answer = self._decision.evaluate(data, {"trace": True})
        except Exception as error:
            raise ExpressionError(f"计算失败：{_first_line(error)}", text=self.name) from error
        return _whole(answer["result"]), _read_trace(answer["trace"])


@lru_cache(maxsize=4096)
def _compile(text: str) -> Expression:
    if not text:
        raise ExpressionError("为空", text=text)
    try:
        return Expression(text, zen.compile_expression(text))
    except RuntimeError as error:
        raise _explain(text, error) from None


def _run(text: str, compiled: Any, context: dict[str, Any]) -> Any:
    try:
        return compiled.evaluate(context)
    except TypeError:  # a date, decimal or uuid in the data: only then pay for the conversion
        context = plain(context)
    except RuntimeError as error:
        raise _explain(text, error) from None
    try:
        return compiled.evaluate(context)
    except RuntimeError as error:
        raise _explain(text, error) from None
    except Exception as error:
        raise ExpressionError(f"不能计算：{_first_line(error)}", text=text) from None


def _explain(text: str, error: Exception) -> ExpressionError:
    line = _first_line(error)
    try:
        found = json.loads(line)
    except ValueError:
        return ExpressionError("有误", text=text, source=line)
    source = str(found.get("source", ""))
    place = _POSITION.search(source)
    position = min(int(place[1]), len(text)) if place and found.get("type") != "vmError" else None
    return ExpressionError(_KINDS.get(found.get("type", ""), "有误"), text=text, position=position, source=source)


def _first_line(error: Exception) -> str:
    # the binding appends a native stack trace, which is of no use to a reader
    head = str(error).split("Stack backtrace", 1)[0]
    return " ".join(head.split())


def plain(value: Any) -> Any:
    """Return data as expressions see it and JSON keeps it: dates as ISO text, decimals as numbers, sets as lists."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return value


def _read_json(source: str | bytes | Mapping[str, Any], name: str) -> dict[str, Any]:
    if isinstance(source, Mapping):
        return dict(source)
    try:
        found = json.loads(source)
    except ValueError as error:
        raise ExpressionError(f"不是有效的JSON：{error}", text=name) from None
    if not isinstance(found, dict):
        raise ExpressionError("不是有效的决策表", text=name)
    return found


def _wrap(table: dict[str, Any], name: str) -> dict[str, Any]:
    place = {"x": 0, "y": 0}
    return {
        "contentType": "application/vnd.gorules.decision",
        "name": table.get("name") or name,
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "输入", "position": place},
            {
                "id": "table",
                "type": "decisionTableNode",
                "name": table.get("name") or name,
                "position": place,
                "content": table,
            },
            {"id": "out", "type": "outputNode", "name": "输出", "position": place},
        ],
        "edges": [
            {"id": "e1", "sourceId": "in", "targetId": "table", "type": "edge"},
            {"id": "e2", "sourceId": "table", "targetId": "out", "type": "edge"},
        ],
    }


def _check_graph(graph: dict[str, Any], name: str) -> None:
    for node in graph["nodes"]:
        if node.get("type") not in SAFE_NODES:
            raise ExpressionError(f"含有不允许的节点“{node.get('name', '')}”（{node.get('type', '')}）", text=name)
        content = node.get("content") or {}
        if node["type"] == "decisionTableNode":
            _check_table(content, str(node.get("name") or name))
        elif node["type"] == "expressionNode":
            for row in content.get("expressions", []):
                compile_expression(str(row.get("value", "")))
        elif node["type"] == "switchNode":
            for row in content.get("statements", []):
                if str(row.get("condition", "")).strip():
                    compile_expression(row["condition"])


def _check_table(table: dict[str, Any], name: str) -> None:
    if not table.get("inputs") or not table.get("outputs") or not isinstance(table.get("rules"), list):
        raise ExpressionError("缺少 inputs、outputs 或 rules", text=name)
    for number, rule in enumerate(table["rules"], start=1):
        for column in [*table["inputs"], *table["outputs"]]:
            text = str(rule.get(column["id"], "")).strip()
            if not text:
                continue
            is_unary = column in table["inputs"] and bool(column.get("field"))
            try:
                (zen.compile_unary_expression if is_unary else zen.compile_expression)(text)
            except RuntimeError as error:
                cause = _explain(text, error)
                where = f"第{number}行“{column.get('name') or column['id']}”"
                raise ExpressionError(
                    f"的{where}中“{text}”{cause.reason}", text=name, position=cause.position
                ) from None


def _read_trace(trace: Mapping[str, Any]) -> list[RuleHit]:
    hits: list[RuleHit] = []
    for node in sorted(trace.values(), key=lambda each: each["order"]):
        found = node["traceData"]
        for row in found if isinstance(found, list) else [found]:
            if isinstance(row, dict) and "rule" in row:
                cells = {key: text for key, text in row["rule"].items() if not key.startswith("_")}
                inputs = _whole(row["reference_map"])
                hits.append(RuleHit(node["name"], row["index"] + 1, cells, inputs))
    return hits
