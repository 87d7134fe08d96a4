"""Records are complete, in the act's transaction, and cannot be changed."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.db import DatabaseError, connection, transaction

from xiangyun.foundation.audit import api
from xiangyun.foundation.audit.models import AuditRecord
from xiangyun.kit.actors import SYSTEM, Actor

AT = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
CLERK = Actor(user_id=7, name="王㛃", is_official=True, channel="window", ip="10.1.2.3", session="s1", trace="t1")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _triggers() -> None:
    """Where migrations are off, put the triggers in by the migration's own SQL."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'audit_append_only%%'")
        if cursor.fetchone()[0] == 0:
            cursor.execute(import_module("xiangyun.foundation.audit.migrations.0002_append_only").FORWARD)


def _record(subject_id: int = 1, **changes: object) -> int:
    values: dict = {"actor": CLERK, "action": "cases.accept_case", "subject_type": "case", "at": AT}
    return api.record(subject_id=subject_id, **{**values, **changes})


def test_record_keeps_who_what_where_and_why() -> None:
    _record(label="甲", details={"limit": 3, "on": AT.date()}, reason="材料齐全", risk="high")
    entry = api.list_records()[0]
    assert (entry.user_id, entry.user_name, entry.ip, entry.action) == (7, "王㛃", "10.1.2.3", "cases.accept_case")
    assert (entry.subject_type, entry.subject_id, entry.label, entry.reason) == ("case", "1", "甲", "材料齐全")
    assert (entry.details, entry.risk, entry.at) == ({"limit": 3, "on": "2026-03-02"}, "high", AT)
    assert len(entry.digest) == 64
    assert api.list_altered(entries=[entry]) == []


def test_record_of_the_system_has_no_user() -> None:
    _record(actor=SYSTEM)
    assert api.list_records()[0].user_id is None


def test_record_vanishes_with_its_act() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        _record()
        raise RuntimeError
    assert api.list_records() == []


@pytest.mark.parametrize("statement", ["UPDATE audit_auditrecord SET reason = 'x'", "DELETE FROM audit_auditrecord"])
def test_change_and_deletion_are_refused_by_the_database(statement: str) -> None:
    _record()
    with pytest.raises(DatabaseError, match="审计记录"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditRecord.objects.count() == 1


def test_alteration_behind_the_trigger_is_found() -> None:
    _record()
    _record(2)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditrecord DISABLE TRIGGER USER")
        cursor.execute("UPDATE audit_auditrecord SET user_name = '李四' WHERE subject_id = '2'")
        cursor.execute("ALTER TABLE audit_auditrecord ENABLE TRIGGER USER")
    newest, oldest = api.list_records()
    assert api.list_altered(entries=[newest, oldest]) == [newest.id]


def test_list_pages_by_key_and_filters() -> None:
    ids = [_record(n) for n in range(5)]
    _record(1, actor=Actor(user_id=8, name="乙"), action="cases.view", at=AT + timedelta(days=1))
    assert [e.id for e in api.list_records(action="cases.accept_case", limit=2)] == ids[:2:-1]
    assert [e.id for e in api.list_records(before=ids[3], limit=2)] == [ids[2], ids[1]]
    assert [e.user_id for e in api.list_records(subject_type="case", subject_id=1)] == [8, 7]
    assert [e.action for e in api.list_records(user_id=8)] == ["cases.view"]
    assert [e.user_id for e in api.list_records(since=AT + timedelta(hours=1))] == [8]
    assert len(api.list_records(until=AT + timedelta(hours=1))) == 5
