"""How many statements a move costs, and what the lists and the view return."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xiangyun.foundation.workflow import api
from xiangyun.foundation.workflow.tests.factories import AT, Sketch, do, handler, load, open_items, simple, start
from xiangyun.kit.actors import SYSTEM

pytestmark = pytest.mark.django_db


def statements(function) -> list[str]:
    """Return the statements of a call without the savepoint that the test's own transaction makes it take."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        function()
    return [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]


def test_move_costs_five_statements() -> None:
    sketch = Sketch().start().user("a", xy_limit="3").gateway("g", default="f_e").user("b").end()
    sketch.line("start", "a", "g").flow("g", "b", "outcome == 'done'").flow("g", "end", id_="f_e").line("b", "end")
    load(sketch)
    start()  # reads the graph and the calendar once
    assert len(statements(lambda: start(subject_id=9))) == 4
    item = open_items()[0]
    found = statements(lambda: api.complete_work_item(actor=SYSTEM, work_item_id=item.id, outcome="done", at=AT))
    assert [sql.split()[0] for sql in found] == ["SELECT", "UPDATE", "UPDATE", "INSERT", "UPDATE"]
    last = open_items()[0]
    ending = statements(lambda: api.complete_work_item(actor=SYSTEM, work_item_id=last.id, outcome="done", at=AT))
    assert len(ending) <= 6


def test_inline_service_adds_one_statement() -> None:
    with handler("t.x", lambda call: {"n": 1}):
        load(Sketch().start().user("a").service("s", "t.x").user("b").end().line("start", "a", "s", "b", "end"))
        start()
        item = open_items()[0]
        complete = statements(lambda: api.complete_work_item(actor=SYSTEM, work_item_id=item.id, outcome="done", at=AT))
    assert len(complete) == 6


def test_many_instances_cost_no_more_statements() -> None:
    load(Sketch().start().user("a").many("sign", over="bodies").end().line("start", "a", "sign", "end"))
    counts = []
    for subject_id, size in ((1, 1), (2, 30)):
        start(subject_id=subject_id, bodies=list(range(size)))
        item = open_items(subject_id)[0]
        found = statements(
            lambda item=item: api.complete_work_item(actor=SYSTEM, work_item_id=item.id, outcome="done", at=AT)
        )
        counts.append(len(found))
    assert counts == [5, 5]


def test_lists_cost_one_statement() -> None:
    load(simple("a", "b"))
    for subject_id in (1, 2, 3):
        start(subject_id=subject_id)
    do("a", subject_id=2)
    with CaptureQueriesContext(connection) as captured:
        assert [item.node_id for item in api.list_open_work_items(subject_type="test", subject_id=2)] == ["b"]
        assert len(api.list_work_for(actor=SYSTEM, limit=2)) == 2
        assert api.count_work_for(actor=SYSTEM) == {"": 3}
    assert len(captured) == 3


def test_desk_goes_on_by_key() -> None:
    load(Sketch().start().user("a", xy_act="review").user("b", xy_act="check").end().line("start", "a", "b", "end"))
    for subject_id in range(1, 6):
        start(subject_id=subject_id)
    do("a", subject_id=1)
    first = api.list_work_for(actor=SYSTEM, acts=["review"], limit=2)
    rest = api.list_work_for(actor=SYSTEM, acts=["review"], after=first[-1].id)
    assert [item.subject_id for item in first + rest] == [2, 3, 4, 5]
    assert api.count_work_for(actor=SYSTEM, subject_type="test") == {"check": 1, "review": 4}
    assert api.count_work_for(actor=SYSTEM, subject_type="other") == {}


def test_process_view_shows_steps_and_tokens() -> None:
    with handler("t.x", lambda call: None):
        sketch = Sketch().start().user("a", outcomes="pass:通过").service("s", "t.x").user("b").end()
        load(sketch.line("start", "a", "s", "b", "end"))
        process = start()
        item = open_items()[0]
        api.complete_work_item(actor=SYSTEM, work_item_id=item.id, outcome="pass", opinion="材料齐全", at=AT)
    with CaptureQueriesContext(connection) as captured:
        view = api.get_process_view(process_id=process.id)
    assert len(captured) <= 6
    assert view.tokens == ("b",)
    steps = {step.node_id: step for step in view.steps}
    assert (steps["a"].actor_name, steps["a"].outcome_label, steps["a"].opinion) == ("系统", "通过", "材料齐全")
    assert (steps["s"].state_label, steps["b"].is_open, steps["b"].state_label) == ("已完成", True, "待办")
    assert "BPMNShape" in view.xml
    assert view.as_data()["tokens"] == ["b"]
