"""Every element of the subset, one small process each."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from xiangyun.foundation.events import api as events
from xiangyun.foundation.workflow import api
from xiangyun.foundation.workflow.errors import (
    MessageNotExpected,
    ProcessNotFound,
    ProcessOver,
    ProcessStuck,
    UnknownOutcome,
    UnknownProcess,
    WorkItemClosed,
)
from xiangyun.foundation.workflow.models import Process, Step, Timer, Token, WorkItem
from xiangyun.foundation.workflow.tests.factories import (
    AT,
    Sketch,
    do,
    handler,
    load,
    open_items,
    open_nodes,
    simple,
    start,
)
from xiangyun.kit.actors import SYSTEM

pytestmark = pytest.mark.django_db


def test_sequence_runs_to_its_end() -> None:
    load(simple("a", "b"))
    process = start(amount=3)
    assert process.is_running
    assert open_nodes() == ["a"]
    moved = do("a")
    assert [item.node_id for item in moved.opened] == ["b"]
    moved = do("b")
    assert moved.opened == ()
    assert (moved.process.state, moved.process.end_node_id) == ("completed", "end")
    assert moved.process.ended_at == AT
    assert Token.objects.filter(state="live").count() == 0


def test_variables_may_be_dates_and_decimals() -> None:
    sketch = Sketch().start().user("a").user("b").end().gateway("g", default="f_e").line("start", "a", "g")
    load(sketch.flow("g", "b", "d(day) > d('2026-01-01') and fee > 1").flow("g", "end", id_="f_e").line("b", "end"))
    start(day=date(2026, 2, 1), fee=Decimal("1.5"))
    assert Process.objects.get().variables == {"day": "2026-02-01", "fee": 1.5}
    do("a", fee=Decimal("2.5"))
    assert open_nodes() == ["b"]


def test_unknown_process() -> None:
    with pytest.raises(UnknownProcess):
        start("nothing")


def test_second_completion_names_the_first() -> None:
    load(simple("a", "b"))
    start()
    item = open_items()[0]
    api.complete_work_item(actor=SYSTEM, work_item_id=item.id, outcome="done", at=AT)
    with pytest.raises(WorkItemClosed, match=r"该事项已由系统于3月2日09:00办理"):
        api.complete_work_item(actor=SYSTEM, work_item_id=item.id, outcome="done", at=AT)
    assert open_nodes() == ["b"]


def test_unknown_outcome_changes_nothing() -> None:
    load(Sketch().start().user("a", outcomes="pass:通过,back:退回").end().line("start", "a", "end"))
    start()
    assert open_items()[0].outcomes == (("pass", "通过"), ("back", "退回"))
    with pytest.raises(UnknownOutcome, match=r"pass（通过）"):
        do("a", "approve")
    assert open_nodes() == ["a"]


def test_exclusive_gateway_by_outcome_steps_and_variables() -> None:
    sketch = Sketch().start().user("a", outcomes="pass:通过,back:退回").user("b").user("c").user("d").end()
    sketch.gateway("g", default="f_d").line("start", "a", "g")
    sketch.flow("g", "a", "outcome == 'back'").flow("g", "b", "steps.a.outcome == 'pass' and amount > 5")
    sketch.flow("g", "c", "amount > 2").flow("g", "d", id_="f_d").line("b", "end").line("c", "end").line("d", "end")
    load(sketch)
    start(amount=9)
    do("a", "back")
    assert open_nodes() == ["a"]
    do("a", "pass")
    assert open_nodes() == ["b"]
    start(subject_id=2, amount=3)
    do("a", "pass", subject_id=2)
    assert open_nodes(2) == ["c"]
    start(subject_id=3, amount=3)
    do("a", "pass", subject_id=3, amount=1)
    assert open_nodes(3) == ["d"]


def test_condition_that_cannot_be_computed_refuses_the_move() -> None:
    sketch = Sketch().start().user("a").user("b").end().gateway("g", default="f_e").line("start", "a", "g")
    sketch.flow("g", "b", "amount > 5").flow("g", "end", id_="f_e").line("b", "end")
    load(sketch)
    start()
    with pytest.raises(ProcessStuck, match="amount > 5"):
        do("a")
    assert open_nodes() == ["a"]


def test_parallel_waits_for_all() -> None:
    sketch = Sketch().start().gateway("s", "parallel").gateway("j", "parallel").user("a").user("b").user("c").end()
    load(sketch.line("start", "s", "a", "j", "c", "end").line("s", "b", "j"))
    start()
    assert open_nodes() == ["a", "b"]
    do("b")
    assert open_nodes() == ["a"]
    do("a")
    assert open_nodes() == ["c"]
    assert do("c").process.state == "completed"


def test_inclusive_join_waits_only_for_what_was_started() -> None:
    sketch = Sketch().start().gateway("s", "inclusive", default="f_c").gateway("j", "inclusive").end()
    sketch.user("a").user("a2").user("b").user("c").user("z")
    sketch.line("start", "s").flow("s", "a", "x > 0").flow("s", "b", "y > 0").flow("s", "c", id_="f_c")
    sketch.line("a", "a2", "j", "z", "end").line("b", "j").line("c", "j")
    load(sketch)
    start(x=1, y=1)
    assert open_nodes() == ["a", "b"]
    do("b")
    assert open_nodes() == ["a"]
    do("a")
    do("a2")
    assert open_nodes() == ["z"]
    start(subject_id=2, x=0, y=1)
    do("b", subject_id=2)
    assert open_nodes(2) == ["z"]
    start(subject_id=3, x=0, y=0)
    assert open_nodes(3) == ["c"]
    do("c", subject_id=3)
    assert open_nodes(3) == ["z"]


def test_inclusive_join_goes_when_the_other_branch_ends_elsewhere() -> None:
    sketch = (
        Sketch().start().gateway("s", "inclusive", default="f_a").gateway("j", "inclusive").gateway("x", default="f_j")
    )
    sketch.user("a").user("b", outcomes="stop:停,on:继续").user("z").end().end("gone")
    sketch.line("start", "s").flow("s", "a", id_="f_a").flow("s", "b", "y > 0").flow("s", "a", "y > 0")
    sketch.line("a", "j", "z", "end").line("b", "x").flow("x", "gone", "outcome == 'stop'").flow("x", "j", id_="f_j")
    load(sketch)
    start(y=1)
    do("a")
    assert open_nodes() == ["b"]
    do("b", "stop")
    assert open_nodes() == ["z"]
    assert do("z").process.end_node_id == "end"


def test_loop_of_automatic_steps_is_stopped() -> None:
    sketch = Sketch().start().user("a").end().gateway("m").gateway("g", default="f_m")
    sketch.line("start", "a", "m", "g").flow("g", "m", id_="f_m").flow("g", "end", "leave == true")
    load(sketch)
    start(leave=False)
    with pytest.raises(ProcessStuck):
        do("a")
    assert open_nodes() == ["a"]


def test_terminate_end_stops_the_others() -> None:
    sketch = Sketch().start().gateway("s", "parallel").user("a").user("b").end()
    sketch.end("stop", "<terminateEventDefinition/>", name="终止")
    load(sketch.line("start", "s", "a", "stop").line("s", "b", "end"))
    start()
    process = do("a").process
    assert (process.state, process.end_node_id, process.end_name) == ("completed", "stop", "终止")
    assert open_nodes() == []
    assert WorkItem.objects.get(node_id="b").state == "cancelled"


def test_parallel_ends_wait_for_the_last() -> None:
    sketch = Sketch().start().gateway("s", "parallel").user("a").user("b").end("end_a").end("end_b")
    load(sketch.line("start", "s", "a", "end_a").line("s", "b", "end_b"))
    start()
    assert do("a").process.is_running
    assert do("b").process.end_node_id == "end_b"


def test_inline_service_runs_in_the_move() -> None:
    calls: list[api.ServiceCall] = []

    def issue(call: api.ServiceCall) -> dict[str, object]:
        calls.append(call)
        return {"number": 7}

    with handler("t.issue", issue):
        load(Sketch().start().user("a").service("s", "t.issue").user("b").end().line("start", "a", "s", "b", "end"))
        start(subject_id=5, amount=1)
        moved = do("a", subject_id=5)
    assert [(call.subject_id, call.node_id, call.variables, call.at) for call in calls] == [(5, "s", {"amount": 1}, AT)]
    assert moved.process.variables == {"amount": 1, "number": 7}
    assert open_nodes(5) == ["b"]
    assert Step.objects.get().kind == "service"


def test_service_runs_after_the_commit_and_is_retried() -> None:
    seen: list[int] = []

    def fetch(call: api.ServiceCall) -> None:
        seen.append(1)
        if len(seen) == 1:
            raise OSError("no line")

    with handler("t.fetch", fetch, inline=False):
        load(Sketch().start().user("a").service("s", "t.fetch").user("b").end().line("start", "a", "s", "b", "end"))
        start()
        do("a")
        assert open_nodes() == []
        events.deliver_due(at=AT)
        assert open_nodes() == []
        events.deliver_due(at=AT + timedelta(hours=1))
        assert open_nodes() == ["b"]
        events.deliver_due(at=AT + timedelta(hours=2))
    assert len(seen) == 2


def test_failing_service_becomes_a_dead_letter_and_can_be_replayed() -> None:
    ok: list[bool] = []

    def fetch(call: api.ServiceCall) -> None:
        if not ok:
            raise OSError("no line")

    with handler("t.fetch", fetch, inline=False):
        load(Sketch().start().service("s", "t.fetch").user("b").end().line("start", "s", "b", "end"))
        start()
        for day in range(1, 10):
            events.deliver_due(at=AT + timedelta(days=day))
        [dead] = events.list_dead_deliveries()
        assert "no line" in dead.last_error
        ok.append(True)
        events.replay_delivery(actor=SYSTEM, delivery_id=dead.id, at=AT + timedelta(days=10))
        events.deliver_due(at=AT + timedelta(days=10))
    assert open_nodes() == ["b"]


def test_service_of_a_cancelled_process_is_not_run() -> None:
    seen: list[int] = []
    with handler("t.fetch", lambda call: seen.append(1), inline=False):
        load(Sketch().start().service("s", "t.fetch").user("b").end().line("start", "s", "b", "end"))
        process = start()
        api.cancel_process(process_id=process.id, reason="撤回", actor=SYSTEM, at=AT)
        events.run_pending(at=AT)
    assert seen == []


def test_handler_may_not_move_its_own_process() -> None:
    def meddle(call: api.ServiceCall) -> None:
        api.cancel_process(process_id=call.process_id, reason="", actor=SYSTEM, at=AT)

    with handler("t.meddle", meddle):
        load(Sketch().start().user("a").service("s", "t.meddle").end().line("start", "a", "s", "end"))
        start()
        with pytest.raises(RuntimeError):
            do("a")
    assert open_nodes() == ["a"]


TABLE = (
    '{"hitPolicy":"first","inputs":[{"id":"a","name":"金额","field":"amount"}],'
    '"outputs":[{"id":"o","name":"级","field":"level"}],'
    '"rules":[{"_id":"1","a":"> 100","o":"\'high\'"},{"_id":"2","a":"","o":"\'low\'"}]}'
)


def test_rule_task_decides_and_keeps_its_trace() -> None:
    inner = f"<extensionElements><xy:decision><![CDATA[{TABLE}]]></xy:decision></extensionElements>"
    sketch = Sketch().start().add("businessRuleTask", "r", inner, name="分级").user("b").end()
    load(sketch.line("start", "r", "b", "end"))
    process = start(amount=200)
    assert process.variables == {"amount": 200, "level": "high"}
    note = Step.objects.get().note
    assert note["rules"] == [{"table": "分级", "row": 1, "cells": {"amount[a]": "> 100"}, "inputs": {"amount": 200}}]


def test_rule_task_uses_the_newest_table() -> None:
    assert api.load_decision(key="grade", content=TABLE, at=AT) == 1
    assert api.load_decision(key="grade", content=TABLE, at=AT) == 1
    sketch = Sketch().start().add("businessRuleTask", "r", name="分级", xy_decision="grade", xy_result="found")
    load(sketch.user("b").end().line("start", "r", "b", "end"))
    assert start(amount=2).variables["found"] == {"level": "low"}
    assert api.load_decision(key="grade", content=TABLE.replace("'low'", "'none'"), at=AT) == 2
    assert start(amount=2, subject_id=2).variables["found"] == {"level": "none"}
    assert [step.note["version"] for step in Step.objects.order_by("id")] == [1, 2]


def _inside() -> Sketch:
    sketch = Sketch().start("s2").user("x").user("y").end("e2").gateway("p2", "parallel")
    return sketch.line("s2", "p2", "x", "e2").line("p2", "y", "e2")


def test_subprocess_goes_on_when_all_inside_is_done() -> None:
    load(Sketch().start().sub("sub", _inside()).user("z").end().line("start", "sub", "z", "end"))
    start()
    assert open_nodes() == ["x", "y"]
    do("x")
    assert open_nodes() == ["y"]
    do("y")
    assert open_nodes() == ["z"]
    assert Step.objects.get(node_id="sub").outcome == "e2"


def test_terminate_in_subprocess_leaves_only_it() -> None:
    inside = _inside()
    inside.parts = [part.replace('<endEvent id="e2"></endEvent>', "") for part in inside.parts]
    inside.end("e2", "<terminateEventDefinition/>")
    load(Sketch().start().sub("sub", inside).user("z").end().line("start", "sub", "z", "end"))
    start()
    do("x")
    assert open_nodes() == ["z"]


def test_error_in_subprocess_is_caught_by_its_boundary() -> None:
    inside = Sketch().start("s2").gateway("p2", "parallel").user("x").user("y").end("e2").error("bad", "E1")
    inside.line("s2", "p2", "x", "bad").line("p2", "y", "e2")
    sketch = Sketch().start().sub("sub", inside).error("catch", "E1", on="sub").error("other", "E2", on="sub")
    sketch.user("z").user("mend").user("no").end().line("start", "sub", "z", "end").line("catch", "mend", "end")
    load(sketch.line("other", "no", "end"))
    start()
    do("x")
    assert open_nodes() == ["mend"]
    assert do("mend").process.state == "completed"


def test_uncaught_error_fails_the_process() -> None:
    sketch = Sketch().start().gateway("p", "parallel").user("a").user("b").end().error("bad", "E1")
    load(sketch.line("start", "p", "a", "bad").line("p", "b", "end"))
    start()
    process = do("a").process
    assert (process.state, process.end_node_id) == ("failed", "bad")
    assert open_nodes() == []


def test_call_activity_hands_variables_down_and_back() -> None:
    load(simple("x", key="child"))
    sketch = Sketch().start().add("callActivity", "c", name="c", calledElement="child", xy_in="amount", xy_out="found")
    load(sketch.user("z").end().line("start", "c", "z", "end"))
    parent = start(amount=1, secret=2)
    [item] = open_items()
    assert item.node_id == "x"
    with pytest.raises(ProcessOver, match="上一级流程"):
        api.cancel_process(process_id=item.process_id, reason="", actor=SYSTEM, at=AT)
    assert api.get_process(process_id=item.process_id).variables == {"amount": 1}
    do("x", found="yes", other="no")
    assert open_nodes() == ["z"]
    assert api.get_process(process_id=parent.id).variables == {"amount": 1, "secret": 2, "found": "yes"}
    assert [row.id for row in api.list_processes(subject_type="test", subject_id=1)] == [parent.id]
    assert do("z").process.state == "completed"


def test_error_of_a_called_process_is_caught_by_the_caller() -> None:
    load(Sketch("child").start().user("x").error("bad", "E1").line("start", "x", "bad"))
    sketch = Sketch().start().add("callActivity", "c", name="c", calledElement="child").error("any", "", on="c")
    load(sketch.user("z").user("mend").end().line("start", "c", "z", "end").line("any", "mend", "end"))
    start()
    do("x")
    assert open_nodes() == ["mend"]
    assert Process.objects.get(definition__key="child").state == "failed"


def test_nested_calls_that_start_and_end_at_once() -> None:
    load(Sketch("inner").start().end().line("start", "end"))
    load(
        Sketch("outer")
        .start()
        .add("callActivity", "i", name="i", calledElement="inner")
        .end()
        .line("start", "i", "end")
    )
    sketch = Sketch().start().add("callActivity", "o", name="o", calledElement="outer").user("z").end()
    load(sketch.line("start", "o", "z", "end"))
    start()
    assert open_nodes() == ["z"]
    assert Process.objects.filter(state="completed").count() == 2


def test_process_that_calls_itself_without_end_is_stopped() -> None:
    load(Sketch("me").start().add("callActivity", "c", name="c", calledElement="me").end().line("start", "c", "end"))
    with pytest.raises(ProcessStuck, match="调用"):
        start("me")


def test_cancel_stops_everything_below() -> None:
    load(simple("x", key="child"))
    sketch = Sketch().start().gateway("p", "parallel").add("callActivity", "c", name="c", calledElement="child")
    sketch.sub("sub", _inside_with_timer()).end()
    load(sketch.line("start", "p", "c", "end").line("p", "sub", "end"))
    process = start()
    assert open_nodes() == ["w", "x"]
    cancelled = api.cancel_process(process_id=process.id, reason="撤回申请", actor=SYSTEM, at=AT)
    assert cancelled.state == "cancelled"
    assert open_nodes() == []
    assert Token.objects.filter(state="live").count() == 0
    assert set(Process.objects.values_list("state", flat=True)) == {"cancelled"}
    assert Timer.objects.get().state == "cancelled"
    assert api.cancel_process(process_id=process.id, reason="again", actor=SYSTEM, at=AT).state == "cancelled"


def _inside_with_timer() -> Sketch:
    inside = Sketch().start("s2").user("w").timer("late", "P1D", on="w").end("e2")
    return inside.line("s2", "w", "e2").line("late", "e2")


def test_work_item_of_a_cancelled_process_is_refused() -> None:
    load(simple("a"))
    process = start()
    item = open_items()[0]
    api.cancel_process(process_id=process.id, reason="", actor=SYSTEM, at=AT)
    with pytest.raises(ProcessNotFound):
        api.cancel_process(process_id=10**9, reason="", actor=SYSTEM, at=AT)
    with pytest.raises(WorkItemClosed, match="已取消"):
        api.complete_work_item(actor=SYSTEM, work_item_id=item.id, outcome="done", at=AT)


def test_message_events() -> None:
    sketch = (
        Sketch().start().user("a").message("told", "news", on="a", interrupting=False).message("wait", "paid").user("b")
    )
    sketch.message("stop", "stop", on="b").user("extra").end().line("start", "a", "wait", "b", "end")
    load(sketch.line("told", "extra", "end").line("stop", "end"))
    process = start()
    with pytest.raises(MessageNotExpected):
        api.send_message(process_id=process.id, name="paid", actor=SYSTEM, at=AT)
    api.send_message(process_id=process.id, name="news", variables={"n": 1}, actor=SYSTEM, at=AT)
    assert open_nodes() == ["a", "extra"]
    do("extra")
    do("a")
    assert open_nodes() == []
    api.send_message(process_id=process.id, name="paid", actor=SYSTEM, at=AT)
    assert open_nodes() == ["b"]
    assert api.send_message(process_id=process.id, name="stop", actor=SYSTEM, at=AT).state == "completed"
    with pytest.raises(ProcessOver):
        api.send_message(process_id=process.id, name="stop", actor=SYSTEM, at=AT)


def test_end_listener_sees_the_end_inside_the_transaction() -> None:
    ends: list[api.ProcessEnd] = []

    def listen(end: api.ProcessEnd) -> None:
        ends.append(end)
        assert api.get_process(process_id=end.process_id).state == "completed"
        api.cancel_process(process_id=end.process_id, reason="", actor=SYSTEM, at=AT)

    api.register_end_listener("test", listen)
    try:
        load(simple("a"))
        start(subject_id=4)
        do("a", subject_id=4)
    finally:
        from xiangyun.foundation.workflow.queries import handlers

        handlers._listeners.pop("test")
    assert [(end.subject_id, end.end_node_id) for end in ends] == [(4, "end")]
