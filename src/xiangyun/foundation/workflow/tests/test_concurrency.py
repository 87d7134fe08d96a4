"""Two at once: one wins, the other is told; nothing moves twice. Real transactions in real threads."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction

from xiangyun.foundation.workflow import api
from xiangyun.foundation.workflow.errors import WorkItemClosed
from xiangyun.foundation.workflow.models import Process, Timer, Token, WorkItem
from xiangyun.foundation.workflow.tests.factories import (
    AT,
    Sketch,
    handler,
    listener,
    load,
    open_items,
    open_nodes,
    simple,
    start,
)
from xiangyun.kit.actors import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)


def together(*functions: Callable[[], Any]) -> list[Any]:
    """Run functions in threads that start at the same moment; return values and errors in order."""
    gate = threading.Barrier(len(functions))
    found: list[Any] = [None] * len(functions)

    def run(place: int, function: Callable[[], Any]) -> None:
        gate.wait()
        try:
            found[place] = function()
        except Exception as error:
            found[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


def complete(item_id: int, outcome: str = "done") -> Callable[[], Any]:
    return lambda: api.complete_work_item(actor=SYSTEM, work_item_id=item_id, outcome=outcome, at=AT)


def test_two_officials_at_once() -> None:
    load(simple("a", "b"))
    for subject_id in range(1, 11):
        start(subject_id=subject_id)
        item = open_items(subject_id)[0]
        found = together(complete(item.id), complete(item.id))
        assert sorted(type(each).__name__ for each in found) == ["MoveResult", "WorkItemClosed"]
        [refusal] = [each for each in found if isinstance(each, WorkItemClosed)]
        assert "已由系统于" in refusal.text
        assert open_nodes(subject_id) == ["b"]
    assert WorkItem.objects.count() == 20


def test_both_branches_at_once_join_once() -> None:
    sketch = Sketch().start().gateway("s", "parallel").gateway("j", "parallel").user("a").user("b").user("c").end()
    load(sketch.line("start", "s", "a", "j", "c", "end").line("s", "b", "j"))
    for subject_id in range(1, 11):
        start(subject_id=subject_id)
        found = together(*(complete(item.id) for item in open_items(subject_id)))
        assert all(isinstance(each, api.MoveResult) for each in found), found
        assert open_nodes(subject_id) == ["c"]


def test_votes_at_once_are_all_counted() -> None:
    load(Sketch().start().many("sign", over="bodies").user("z").end().line("start", "sign", "z", "end"))
    start(bodies=[1, 2, 3, 4])
    found = together(*(complete(item.id) for item in open_items()))
    assert all(isinstance(each, api.MoveResult) for each in found), found
    assert open_nodes() == ["z"]
    assert Process.objects.get().steps["sign"]["completed"] == 4


def test_person_and_timer_at_once() -> None:
    sketch = Sketch().start().user("a").timer("late", "PT1H", on="a").user("b").end().end("gone")
    load(sketch.line("start", "a", "b", "end").line("late", "gone"))
    later = AT + timedelta(hours=1)
    for subject_id in range(1, 11):
        process = start(subject_id=subject_id)
        item = open_items(subject_id)[0]
        done, fired = together(complete(item.id), lambda: api.run_due_timers(at=later, limit=10))
        if isinstance(done, WorkItemClosed):
            assert fired == 1
            assert api.get_process(process_id=process.id).end_node_id == "gone"
        else:
            assert open_nodes(subject_id) == ["b"]
    api.run_due_timers(at=later)
    assert Token.objects.filter(state="live").count() == Process.objects.filter(state="running").count()


def test_timer_yields_to_an_act_that_holds_what_the_process_is_about() -> None:
    sketch = Sketch().start().user("a").timer("late", "PT1H", on="a").user("b").end().end("gone")
    load(sketch.line("start", "a", "b", "end").line("late", "gone"))
    start()
    item, subject = open_items()[0], Group.objects.create(name="subject")
    held, tried = threading.Event(), threading.Event()

    def act() -> api.MoveResult:
        with transaction.atomic():  # as every act on a case: first the case, then its process
            Group.objects.select_for_update().get(pk=subject.pk)
            held.set()
            tried.wait(10)
            return complete(item.id)()

    def tick() -> int:
        held.wait(10)
        try:
            return api.run_due_timers(at=AT + timedelta(hours=1))
        finally:
            tried.set()

    with listener(lambda end: Group.objects.select_for_update(nowait=True).get(pk=subject.pk)):
        done, fired = together(act, tick)
    assert isinstance(done, api.MoveResult), done
    assert (fired, open_nodes()) == (0, ["b"])
    assert Timer.objects.get().attempts == 0


def test_several_workers_share_the_timers() -> None:
    load(Sketch().start().timer("tick", "PT1M").user("a").end().line("start", "tick", "a", "end"))
    for subject_id in range(1, 21):
        start(subject_id=subject_id)
    at = AT + timedelta(minutes=1)
    first = sum(together(*[lambda: api.run_due_timers(at=at, limit=100)] * 3))
    assert first + api.run_due_timers(at=at) == 20
    assert WorkItem.objects.filter(node_id="a").count() == 20
    assert Timer.objects.filter(state="fired").count() == 20


def test_crash_in_the_middle_leaves_the_item_open() -> None:
    def crash(call: api.ServiceCall) -> None:
        raise SystemError("power cut")

    with handler("t.crash", crash):
        load(Sketch().start().user("a").service("s", "t.crash").user("b").end().line("start", "a", "s", "b", "end"))
        start()
        item = open_items()[0]
        with pytest.raises(SystemError):
            complete(item.id)()
        assert [each.id for each in open_items()] == [item.id]
        assert Token.objects.get().node_id == "a"


def test_waiting_caller_sees_the_cancelled_process() -> None:
    load(simple("a", "b"))
    process = start()
    item = open_items()[0]
    entered, found = threading.Event(), []

    def late() -> None:
        entered.wait(10)
        try:
            complete(item.id)()
        except Exception as error:
            found.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=late)
    thread.start()
    with transaction.atomic():
        api.cancel_process(process_id=process.id, reason="撤回", actor=SYSTEM, at=AT)
        entered.set()
        thread.join(0.5)  # it now waits for the lock
        assert thread.is_alive()
    thread.join(10)
    assert isinstance(found[0], WorkItemClosed)
    assert Token.objects.filter(state="live").count() == 0
