"""Reads of processes, tokens and timers, and the locks that every move takes first."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection

from xiangyun.foundation.workflow.errors import ProcessNotFound, WorkItemNotFound
from xiangyun.foundation.workflow.models import Process, Timer, Token, WorkItem
from xiangyun.foundation.workflow.queries.definitions import get_definition_by_id
from xiangyun.foundation.workflow.queries.refs import ProcessRef
from xiangyun.kit import rows


def process_ref(process: Process) -> ProcessRef:
    """Return the value of a process row."""
    definition = get_definition_by_id(process.definition_id)
    return ProcessRef(
        id=process.pk,
        key=definition.key,
        version=definition.version,
        name=definition.name,
        subject_type=process.subject_type,
        subject_id=process.subject_id,
        state=process.state,
        started_at=process.started_at,
        ended_at=process.ended_at,
        end_node_id=process.end_node_id,
        end_name=process.end_name,
        variables=dict(process.variables),
    )


def get_process(*, process_id: int) -> ProcessRef:
    """Return a process.

    Raises: ProcessNotFound.
    """
    row = Process.objects.filter(pk=process_id).first()
    if row is None:
        raise ProcessNotFound(process_id=process_id)
    return process_ref(row)


def list_processes(*, subject_type: str, subject_id: int) -> list[ProcessRef]:
    """Return the processes about a subject, oldest first, without those called by them."""
    found = Process.objects.filter(subject_type=subject_type, subject_id=subject_id, root__isnull=True)
    return [process_ref(row) for row in found.order_by("id")]


def lock_process(*, process_id: int) -> Process:
    """Return a process with the row of its family locked until the transaction ends.

    Raises: ProcessNotFound.
    """
    topmost = Process.objects.select_for_update().filter(pk=process_id, root__isnull=True).first()
    if topmost is not None:
        return topmost
    # a called process hangs on the lock of the topmost one, which is taken before its own row is read
    root_id = Process.objects.filter(pk=process_id).values_list("root_id", flat=True).first()
    if root_id is None:
        raise ProcessNotFound(process_id=process_id)
    Process.objects.select_for_update().get(pk=root_id)
    return read_process(process_id=process_id)


def lock_work_item(*, work_item_id: int) -> WorkItem:
    """Return a work item with its process family locked: one query for the usual case.

    Only the family's row is locked. Item and token may be stale after a wait, which the compare-and-set of the item's
    state finds out.

    Raises: WorkItemNotFound.
    """
    item = _lock_item("i.id = %s", [work_item_id])
    if item is None:
        raise WorkItemNotFound(work_item_id=work_item_id)
    return item


def lock_open_work_item(*, subject_type: str, subject_id: int, acts: Collection[str]) -> WorkItem | None:
    """Return the oldest open item of some acts about one subject, locked like `lock_work_item`."""
    where = "i.subject_type = %s AND i.subject_id = %s AND i.state = %s AND i.act = ANY(%s)"
    return _lock_item(where, [subject_type, subject_id, WorkItem.State.OPEN.value, list(acts)])


def _lock_item(where: str, values: list[Any]) -> WorkItem | None:
    with connection.cursor() as cursor:
        cursor.execute(f"{_ITEMS} WHERE {where} ORDER BY i.id LIMIT 1 FOR UPDATE OF r", values)  # both are constants
        found = cursor.fetchone()
    if found is None:
        return None
    first, second = rows.width(WorkItem), rows.width(WorkItem) + rows.width(Process)
    item = rows.build(WorkItem, found[:first])
    item.root = rows.build(Process, found[first:second])
    item.token = rows.build(Token, found[second:])
    item.process = item.root if item.process_id == item.root_id else read_process(process_id=item.process_id)
    return item


def lock_timer(*, timer_id: int, at: datetime) -> Timer | None:
    """Return a due timer with its family locked; None where it is done, or another worker moves that family now."""
    timers = Timer.objects.select_related("root").select_for_update(of=("root",), skip_locked=True)
    return timers.filter(pk=timer_id, state=Timer.State.PENDING, try_at__lte=at).first()


def list_due_timer_ids(*, at: datetime, limit: int) -> list[int]:
    """Return the ids of timers that are due, the longest due first."""
    due = Timer.objects.filter(state=Timer.State.PENDING, try_at__lte=at)
    return list(due.order_by("try_at", "id").values_list("id", flat=True)[:limit])


def read_process(*, process_id: int) -> Process:
    """Return a process row of a family already locked."""
    return Process.objects.get(pk=process_id)


def read_token(*, token_id: int) -> Token:
    """Return a token of a family already locked."""
    return Token.objects.get(pk=token_id)


def list_live_tokens(process: Process) -> list[Token]:
    """Return the live tokens of a process."""
    return rows.list_rows(Token, process_id=process.pk, state=Token.State.LIVE.value)


def list_called(token: Token) -> list[Process]:
    """Return the running processes that a call activity started."""
    return list(Process.objects.filter(parent_token_id=token.pk, state=Process.State.RUNNING))


def get_calling_process_id(process: Process) -> int:
    """Return the id of the process whose call activity started this one."""
    return Token.objects.values_list("process_id", flat=True).get(pk=process.parent_token_id or 0)


def list_family(process: Process) -> list[Process]:
    """Return the running processes of a family, the topmost first; its row must be locked."""
    root_id = process.family_id
    others = Process.objects.filter(root_id=root_id, state=Process.State.RUNNING).order_by("id")
    return [process if process.pk == root_id else read_process(process_id=root_id), *others]


_ITEMS = f"""
SELECT {rows.columns(WorkItem, "i")}, {rows.columns(Process, "r")}, {rows.columns(Token, "t")}
FROM workflow_workitem i JOIN workflow_process r ON r.id = i.root_id JOIN workflow_token t ON t.id = i.token_id
"""  # noqa: S608  the names of columns are ours
