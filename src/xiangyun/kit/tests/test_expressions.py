"""Expressions and decision tables: values, refusals, the trace, threads."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from xiangyun.kit.expressions import DecisionTable, ExpressionError, RuleHit, compile_expression, evaluate

TABLE = {
    "name": "分级",
    "hitPolicy": "first",
    "inputs": [{"id": "a", "name": "金额", "field": "amount"}, {"id": "k", "name": "类别", "field": "kind"}],
    "outputs": [{"id": "o", "name": "等级", "field": "level"}, {"id": "d", "name": "天数", "field": "days"}],
    "rules": [
        {"_id": "r1", "a": "> 100", "k": "'x','y'", "o": "'high'", "d": "amount / 100"},
        {"_id": "r2", "a": "<= 100", "k": "", "o": "'low'", "d": "1"},
    ],
}


@pytest.mark.parametrize(
    ("text", "context", "value"),
    [
        ("outcome == 'pass' and amount > 5", {"outcome": "pass", "amount": 6}, True),
        ("steps.review.outcome == 'special'", {"steps": {"review": {"outcome": "special"}}}, True),
        ("steps.review.outcome == 'special'", {"steps": {}}, False),
        ("amount * 2", {"amount": 3}, 6),
        ("amount", {"amount": Decimal("1.5")}, 1.5),
        ("d(day) > d('2026-01-01')", {"day": date(2026, 2, 1)}, True),
        ("at", {"at": datetime(2026, 1, 1, tzinfo=UTC)}, "2026-01-01T00:00:00+00:00"),
        ("id", {"id": UUID(int=1)}, "00000000-0000-0000-0000-000000000001"),
        ("answers['地'] == '吉林'", {"answers": {"地": "吉林"}}, True),
        ("count(rows, #.ok) / len(rows) >= 0.5", {"rows": [{"ok": True}, {"ok": False}]}, True),
        ("missing", {}, None),
    ],
)
def test_evaluate(text: str, context: dict, value: object) -> None:
    assert evaluate(text, context) == value


@pytest.mark.parametrize(
    "text", ["", "  ", "a = = b", "地 == '吉林'", "foo(1)", "1 +", "__import__('os')", "a ==", "x.y("]
)
def test_compile_refuses_with_the_text(text: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression(text)
    assert caught.value.expression == text.strip()
    assert "backtrace" not in str(caught.value.as_dict())
    assert caught.value.text.startswith("表达式“")


def test_compile_names_the_position() -> None:
    with pytest.raises(ExpressionError) as caught:
        compile_expression("1+")
    assert caught.value.position == 2


def test_evaluate_refuses_wrong_types() -> None:
    for text in ("missing > 3", "len(flag)"):
        with pytest.raises(ExpressionError, match="数据类型不符"):
            evaluate(text, {"flag": True})
    with pytest.raises(ExpressionError):
        evaluate("x", {"x": object()})


def test_condition_must_be_boolean() -> None:
    assert compile_expression("a == 1").is_true({"a": 1}) is True
    with pytest.raises(ExpressionError, match="真/假"):
        compile_expression("a").is_true({"a": 1})


def test_compiled_once() -> None:
    assert compile_expression("a == 41") is compile_expression(" a == 41 ")


def test_shared_between_threads() -> None:
    expression = compile_expression("n * 2 == m")
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(lambda n: expression.is_true({"n": n, "m": n * 2}), range(500)))


def test_table_says_which_row_fired() -> None:
    table = DecisionTable.load(TABLE)
    assert table.name == "分级"
    result, trace = table.evaluate({"amount": Decimal(300), "kind": "y"})
    assert result == {"level": "high", "days": 3}
    cells = {"amount[a]": "> 100", "kind[k]": "'x','y'"}
    assert trace == [RuleHit("分级", 1, cells, {"amount": 300, "kind": "y"})]


def test_table_without_a_hit() -> None:
    assert DecisionTable.load(TABLE).evaluate({"amount": 200, "kind": "z"}) == ({}, [])


def test_table_collects() -> None:
    rules = [{"_id": "1", "a": "> 1", "o": "'p'"}, {"_id": "2", "a": "> 2", "o": "'q'"}]
    table = DecisionTable.load({**TABLE, "hitPolicy": "collect", "rules": rules})
    result, trace = table.evaluate({"amount": 3})
    assert result == [{"level": "p"}, {"level": "q"}]
    assert [hit.row for hit in trace] == [1, 2]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rules": [{"a": "> > 1", "o": "'p'"}]}, "第1行“金额”"),
        ({"rules": [{"a": "> 1", "o": "'p' +"}]}, "第1行“等级”"),
        ({"hitPolicy": "any"}, "不能读取"),
        ({"inputs": []}, "缺少 inputs"),
    ],
)
def test_table_refused(change: dict, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        DecisionTable.load({**TABLE, **change})


def test_table_refuses_scripts_and_junk() -> None:
    script = {"nodes": [{"id": "f", "type": "functionNode", "name": "脚本", "content": ""}], "edges": []}
    with pytest.raises(ExpressionError, match="不允许的节点“脚本”"):
        DecisionTable.load(script)
    for junk in ("{", "[]", b"\xff"):
        with pytest.raises(ExpressionError):
            DecisionTable.load(junk)
