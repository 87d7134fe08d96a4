"""Records are complete, in the act's transaction, and cannot be changed."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

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
    api.record(subject_id=subject_id, **{**values, **changes})
    return AuditRecord.objects.latest("id").pk


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
    late = _record(1, actor=Actor(user_id=8, name="乙"), risk="high", at=AT + timedelta(days=1))
    early = _record(9, at=AT - timedelta(days=1))
    assert [e.id for e in api.list_records(limit=3)] == [late, ids[4], ids[3]]
    assert [e.id for e in api.list_records(before=ids[3], limit=9)] == [ids[2], ids[1], ids[0], early]
    assert api.list_records(before=10**9) == []
    assert [e.user_id for e in api.list_records(subject_type="case", subject_id=1)] == [8, 7]
    assert [e.id for e in api.list_records(user_id=8)] == [late]
    assert [e.id for e in api.list_records(risk="high")] == [late]
    assert [e.user_id for e in api.list_records(since=AT + timedelta(hours=1))] == [8]
    assert len(api.list_records(until=AT + timedelta(hours=1))) == 6


@pytest.mark.parametrize(
    ("narrowed", "index"),
    [
        ({}, "audit_by_moment"),
        ({"since": AT - timedelta(days=9), "until": AT - timedelta(days=8)}, "audit_by_moment"),
        ({"user_id": 7}, "audit_by_person"),
        ({"user_id": 7, "since": AT - timedelta(days=9), "until": AT - timedelta(days=8)}, "audit_by_person"),
        ({"risk": "high"}, "audit_by_risk"),
        ({"subject_type": "case", "subject_id": 77}, "audit_by_subject"),
    ],
)
def test_every_filter_reads_by_an_index(narrowed: dict, index: str) -> None:
    first = _record()
    columns = ", ".join(
        f.column
        for f in AuditRecord._meta.concrete_fields
        if f.name not in ("id", "at", "user_id", "subject_id", "risk")
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO audit_auditrecord (at, user_id, subject_id, risk, {columns}) "
            "SELECT at - n * interval '1 minute', n %% 50, n::text, "
            f"CASE WHEN n %% 20 = 0 THEN 'high' ELSE 'normal' END, {columns} "
            "FROM audit_auditrecord, generate_series(1, 20000) n WHERE id = %s",
            [first],
        )
        cursor.execute("ANALYZE audit_auditrecord")
    with CaptureQueriesContext(connection) as asked:
        api.list_records(before=first, **narrowed)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked[-1]['sql']}")
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert index in plan
    assert "Seq Scan" not in plan


def test_action_names_are_declared_by_the_apps() -> None:
    entry = api.list_records(before=None, limit=1, user_id=_record() and 7)[0]
    assert (entry.action_name, entry.subject_name, entry.risk_name) == ("受理", "case", "一般")
    assert api.get_action_name(action="audit.export_records") == "导出审计记录"
    for unknown in ("audit.nonsense", "nowhere.export", "", "."):
        with pytest.raises(LookupError):
            api.get_action_name(action=unknown)


def test_an_export_is_on_record_itself() -> None:
    _record(risk="high")
    _record()
    taken = api.export_records(actor=CLERK, limit=10, risk="high", since=AT - timedelta(days=1), at=AT)
    assert [entry.risk for entry in taken] == ["high"]
    entry = api.list_records(limit=1)[0]
    assert (entry.action_name, entry.subject_name, entry.label, entry.risk) == (
        "导出审计记录", "审计记录", "1 条", "sensitive",
    )  # fmt: skip
    assert entry.details == {"risk": "high", "since": "2026-03-01T09:00:00.123Z"}
