"""Timers: in the calendar's days or by the clock, on time after a restart, each on its own."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from xiangyun.foundation.workflow import api
from xiangyun.foundation.workflow.models import Process, Timer
from xiangyun.foundation.workflow.queries import definitions
from xiangyun.foundation.workflow.tests.factories import AT, Sketch, do, handler, load, open_items, open_nodes, start

pytestmark = pytest.mark.django_db


def fire(at: datetime) -> int:
    return api.run_due_timers(at=at, limit=100)


def test_interrupting_boundary_after_a_restart() -> None:
    sketch = Sketch().start().user("wait").timer("late", "P30D", on="wait").user("next").end().end("returned")
    load(sketch.line("start", "wait", "next", "end").line("late", "returned"))
    process = start()
    # a restart leaves nothing in memory: graphs are read again from the database
    definitions.get_graph.cache_clear()
    definitions.forget_latest()
    assert fire(AT + timedelta(days=30, seconds=-1)) == 0
    assert fire(AT + timedelta(days=45)) == 1
    ended = api.get_process(process_id=process.id)
    assert (ended.state, ended.end_node_id, open_nodes()) == ("completed", "returned", [])
    assert fire(AT + timedelta(days=60)) == 0


def test_done_in_time_cancels_the_timer() -> None:
    sketch = Sketch().start().user("wait").timer("late", "P30D", on="wait").user("next").end().end("returned")
    load(sketch.line("start", "wait", "next", "end").line("late", "returned"))
    start()
    do("wait")
    assert Timer.objects.get().state == "cancelled"
    assert fire(AT + timedelta(days=60)) == 0
    assert open_nodes() == ["next"]


def test_non_interrupting_boundary_lets_the_task_stay() -> None:
    sketch = Sketch().start().user("work").timer("remind", "PT1H", on="work", interrupting=False).user("urge").end()
    load(sketch.line("start", "work", "end").line("remind", "urge", "end"))
    start()
    assert fire(AT + timedelta(hours=1)) == 1
    assert open_nodes() == ["urge", "work"]
    do("work")
    assert do("urge").process.state == "completed"


def test_intermediate_timer_at_a_moment() -> None:
    sketch = Sketch().start().timer("until", "2026-04-01T09:00:00").user("a").end()
    load(sketch.line("start", "until", "a", "end"))
    start()
    assert Timer.objects.get().due_at.isoformat() == "2026-04-01T01:00:00+00:00"
    assert fire(AT) == 0
    fire(datetime.fromisoformat("2026-04-01T09:00:00+08:00"))
    assert open_nodes() == ["a"]


def test_timer_by_expression_and_on_a_subprocess() -> None:
    inside = Sketch().start("s2").user("x").end("e2").line("s2", "x", "e2")
    sketch = Sketch().start().sub("sub", inside).timer("late", "= 'P' + string(days) + 'D'", on="sub").user("z").end()
    load(sketch.line("start", "sub", "end").line("late", "z", "end"))
    start(days=3)
    assert Timer.objects.get().due_at == AT + timedelta(days=3)
    fire(AT + timedelta(days=3))
    assert open_nodes() == ["z"]


def test_workdays_skip_the_weekend() -> None:
    friday = AT + timedelta(days=4)
    sketch = Sketch().start().user("a", xy_limit="3").timer("late", "P2D", on="a", unit="workday").user("z").end()
    load(sketch.line("start", "a", "end").line("late", "z", "end"))
    start(at=friday)
    # two working days after Friday end on Tuesday: the timer fires as Wednesday begins
    assert timezone.localtime(Timer.objects.get().due_at).isoformat() == "2026-03-11T00:00:00+08:00"
    [item] = open_items()
    assert timezone.localtime(item.due_at).isoformat() == "2026-03-11T23:59:59+08:00"


def test_failing_timer_is_tried_again_and_delays_nobody() -> None:
    ok: list[bool] = []

    def work(call: api.ServiceCall) -> None:
        if call.subject_id == 1 and not ok:
            raise OSError("no line")

    with handler("t.work", work):
        sketch = Sketch().start().timer("tick", "PT1M").service("s", "t.work").user("a").end()
        load(sketch.line("start", "tick", "s", "a", "end"))
        start()
        start(subject_id=2)
        at = AT + timedelta(minutes=1)
        assert fire(at) == 1
        assert (open_nodes(1), open_nodes(2)) == ([], ["a"])
        timer = Timer.objects.get(state="pending")
        assert (timer.attempts, timer.last_error, timer.try_at) == (1, "OSError: no line", at + timedelta(minutes=1))
        assert fire(at) == 0
        ok.append(True)
        assert fire(at + timedelta(minutes=1)) == 1
    assert open_nodes(1) == ["a"]
    assert Process.objects.filter(state="running").count() == 2
