"""The outbox keeps every fact, tells each receiver exactly once, and shows what failed."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.events import api
from xiangyun.foundation.events.errors import NotDead, NotInTransaction
from xiangyun.foundation.events.models import Delivery, OutboxEvent
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import NotFound

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CARETAKER = Actor(user_id=3, name="运维", is_official=True)


@dataclass(frozen=True, kw_only=True)
class LampLit(api.Event):
    lamp_id: int
    on: date | None = None
    amount: Decimal = Decimal("0")
    tags: tuple[str, ...] = ()


class Recorder:
    def __init__(self) -> None:
        self.seen: list[LampLit] = []
        self.fail = False

    def __call__(self, event: LampLit, *, at: datetime) -> None:
        self.seen.append(event)
        if self.fail:
            raise RuntimeError("灯坏了")


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    receiver = Recorder()
    api.subscribe(LampLit, receiver, key="tests.record")
    yield receiver
    api.unsubscribe(LampLit, key="tests.record")


def test_event_name_is_app_and_snake_case() -> None:
    assert LampLit.event_name() == "events.lamp_lit"


def test_subscribe_refuses_a_taken_key(recorder: Recorder) -> None:
    api.subscribe(LampLit, recorder, key="tests.record")
    with pytest.raises(ValueError, match="重复登记"):
        api.subscribe(LampLit, Recorder(), key="tests.record")


@pytest.mark.django_db
def test_publish_delivers_the_same_value_once(recorder: Recorder) -> None:
    event = LampLit(at=AT, lamp_id=7, on=date(2026, 3, 1), amount=Decimal("12.50"), tags=("甲", "𠮷"))
    api.publish(event)
    assert api.count_pending(at=AT) == 1
    assert api.run_pending(at=AT) == 1
    assert recorder.seen == [event]
    assert api.run_pending(at=AT) == 0
    assert recorder.seen == [event]
    assert Delivery.objects.get().state == Delivery.State.DONE


@pytest.mark.django_db
def test_publish_costs_one_query_and_one_job_a_transaction(
    recorder: Recorder, django_assert_num_queries: "pytest.FixtureRequest"
) -> None:
    with django_assert_num_queries(2):
        api.publish(LampLit(at=AT, lamp_id=1))
    with django_assert_num_queries(1):
        api.publish(LampLit(at=AT, lamp_id=2))
    assert ProcrastinateJob.objects.filter(task_name="events.deliver_due").count() == 1


@pytest.mark.django_db
def test_publish_without_receivers_keeps_the_fact_and_queues_nothing() -> None:
    api.publish(LampLit(at=AT, lamp_id=1))
    assert OutboxEvent.objects.get().payload["lamp_id"] == 1
    assert Delivery.objects.count() == 0
    assert ProcrastinateJob.objects.count() == 0


@pytest.mark.django_db
def test_rolled_back_savepoint_takes_event_and_job_along(recorder: Recorder) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        api.publish(LampLit(at=AT, lamp_id=1))
        raise RuntimeError
    assert OutboxEvent.objects.count() == 0
    api.publish(LampLit(at=AT, lamp_id=2))
    assert ProcrastinateJob.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_publish_outside_a_transaction_is_refused() -> None:
    with pytest.raises(NotInTransaction):
        api.publish(LampLit(at=AT, lamp_id=1))


@pytest.mark.django_db
def test_failing_receiver_is_retried_with_back_off_then_dead_and_replayable(recorder: Recorder) -> None:
    recorder.fail = True
    api.publish(LampLit(at=AT, lamp_id=1))
    assert api.deliver_due(at=AT) == 0
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.last_error) == ("pending", 1, "RuntimeError: 灯坏了")
    assert row.next_attempt_at == AT + timedelta(minutes=1)
    assert api.deliver_due(at=AT) == 0
    assert len(recorder.seen) == 1
    for _ in range(5):
        api.deliver_due(at=Delivery.objects.get().next_attempt_at)
    assert len(recorder.seen) == 6
    dead = api.list_dead_deliveries()
    assert [(d.event_name, d.receiver, d.attempts) for d in dead] == [("events.lamp_lit", "tests.record", 6)]
    assert [api.count_dead(text=text) for text in ("lamp", "tests.rec", "nobody")] == [1, 1, 0]
    assert api.list_dead_deliveries(text="LAMP") == dead
    api.deliver_due(at=AT + timedelta(days=9))
    assert len(recorder.seen) == 6

    recorder.fail = False
    api.replay_delivery(actor=CARETAKER, delivery_id=dead[0].id, at=AT)
    (entry,) = audit.list_records(subject_type="events.delivery", subject_id=dead[0].id)
    assert (entry.action, entry.user_id, entry.label) == ("events.replay_delivery", 3, "tests.record")
    assert entry.details == {"event": "events.lamp_lit", "event_id": dead[0].event_id}
    assert api.run_pending(at=AT) == 1
    assert api.list_dead_deliveries() == []
    with pytest.raises(NotDead):
        api.replay_delivery(actor=CARETAKER, delivery_id=dead[0].id, at=AT)
    with pytest.raises(NotFound):
        api.replay_delivery(actor=CARETAKER, delivery_id=0, at=AT)


@pytest.mark.django_db
def test_failing_receiver_writes_nothing_and_delays_nobody(recorder: Recorder) -> None:
    def half(event: LampLit, *, at: datetime) -> None:
        OutboxEvent.objects.create(name="half", payload={}, occurred_at=at)
        raise RuntimeError

    api.subscribe(LampLit, half, key="tests.half")
    try:
        api.publish(LampLit(at=AT, lamp_id=1))
        assert api.deliver_due(at=AT) == 1
    finally:
        api.unsubscribe(LampLit, key="tests.half")
    assert not OutboxEvent.objects.filter(name="half").exists()
    assert len(recorder.seen) == 1


@pytest.mark.django_db
def test_receiver_that_is_gone_ends_dead_not_lost() -> None:
    recorder = Recorder()
    api.subscribe(LampLit, recorder, key="tests.gone")
    api.publish(LampLit(at=AT, lamp_id=1))
    api.unsubscribe(LampLit, key="tests.gone")
    for _ in range(6):
        api.deliver_due(at=AT + timedelta(days=1))
        Delivery.objects.update(next_attempt_at=AT)
    assert "tests.gone" in api.list_dead_deliveries()[0].last_error


@pytest.mark.django_db
def test_run_pending_raises_what_a_receiver_raises(recorder: Recorder) -> None:
    recorder.fail = True
    api.publish(LampLit(at=AT, lamp_id=1))
    with pytest.raises(RuntimeError, match="灯坏了"):
        api.run_pending(at=AT)
    assert Delivery.objects.get().attempts == 0


@pytest.mark.django_db
def test_receiver_may_publish_and_it_is_delivered_too() -> None:
    seen: list[int] = []

    def chain(event: LampLit, *, at: datetime) -> None:
        seen.append(event.lamp_id)
        if event.lamp_id < 3:
            api.publish(LampLit(at=at, lamp_id=event.lamp_id + 1))

    api.subscribe(LampLit, chain, key="tests.chain")
    try:
        api.publish(LampLit(at=AT, lamp_id=1))
        assert api.run_pending(at=AT) == 3
    finally:
        api.unsubscribe(LampLit, key="tests.chain")
    assert seen == [1, 2, 3]


@pytest.mark.django_db
def test_command_lists_and_replays(recorder: Recorder) -> None:
    recorder.fail = True
    api.publish(LampLit(at=AT, lamp_id=1))
    Delivery.objects.update(attempts=5)
    api.deliver_due(at=AT)
    out = StringIO()
    call_command("events", stdout=out)
    assert "失败待处理 1 条" in out.getvalue()
    assert "tests.record" in out.getvalue()
    call_command("events", "--replay-all", stdout=out)
    recorder.fail = False
    call_command("events", "--deliver", stdout=out)
    assert "已投递 1 条" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_worker_delivers_after_commit(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)  # the worker's thread must let the database go
    with transaction.atomic():
        api.publish(LampLit(at=AT, lamp_id=1))
        api.publish(LampLit(at=AT, lamp_id=2))

    async def run_worker() -> None:
        async with app.open_async():
            await app.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    with app.replace_connector(app.connector.get_worker_connector()):
        asyncio.run(run_worker())
    assert [e.lamp_id for e in recorder.seen] == [1, 2]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE task_name = 'events.deliver_due'")
        assert cursor.fetchall() == [("succeeded",)]
