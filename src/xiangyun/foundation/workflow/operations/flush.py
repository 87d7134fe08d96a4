"""Writing a move: new rows in bulk, changed rows once, then what others must learn."""

from xiangyun.foundation.events import api as outbox
from xiangyun.foundation.workflow.events import ProcessEnded, ServiceTaskReached, WorkItemOpened
from xiangyun.foundation.workflow.models import Process, Timer, Token, WorkItem
from xiangyun.foundation.workflow.operations.move import Move
from xiangyun.foundation.workflow.queries.handlers import list_end_listeners
from xiangyun.foundation.workflow.queries.refs import ProcessEnd
from xiangyun.kit.rows import append_rows, insert_rows, update_row

_TOKEN_FIELDS = ["node_id", "flow_id", "state", "outcome", "loop", "visit", "entered_at", "ended_at"]


def flush(move: Move) -> None:
    """Write everything the move changed. Each kind of row costs at most one statement, most moves need four."""
    _insert_processes_and_tokens(move)
    _close_stays(move)
    _update_tokens(move)
    if move.new_items:
        for item in move.new_items:
            item.root = move.root
        insert_rows(move.new_items)
    if move.new_timers:
        for timer in move.new_timers:
            timer.root = move.root
        append_rows(move.new_timers)
    append_rows(move.new_steps)
    for run in move.runs.values():
        if run.changed:
            update_row(run.process, sorted(run.changed))
    _announce(move)


def tell_ends(move: Move) -> None:
    """Call the listeners of a process that ended in this move, when its rows are already those of the end."""
    for process in move.ended:
        end = ProcessEnd(
            process_id=process.pk,
            key=move.run_of(process).graph.key,
            subject_type=process.subject_type,
            subject_id=process.subject_id,
            end_node_id=process.end_node_id,
            end_name=process.end_name,
            is_error=process.state == Process.State.FAILED,
            variables=dict(process.variables),
            actor=move.actor,
            at=move.at,
            subject=move.subject,
        )
        for listener in list_end_listeners(process.subject_type):
            listener(end)


def _insert_processes_and_tokens(move: Move) -> None:
    """Insert parents before what points at them; more than one round is needed only for calls and sub-processes."""
    processes, tokens = list(move.new_processes), list(move.new_tokens)
    if not any(process.parent_token for process in processes):
        # a token that came and went within the move leaves nothing that could point at it
        tokens = [token for token in tokens if token.state == Token.State.LIVE]
    while processes or tokens:
        ready = [row for row in processes if row.parent_token is None or row.parent_token.pk]
        for row in ready:
            row.root = move.root if row is not move.root else None
        insert_rows(ready)
        placed = [row for row in tokens if row.process.pk and (row.scope is None or row.scope.pk)]
        insert_rows(placed)
        if not ready and not placed:
            raise RuntimeError("a new token points at a row that is not written")
        processes = [row for row in processes if row.pk is None]
        tokens = [row for row in tokens if row.pk is None]
    for run in move.runs.values():
        if run.process in move.new_processes:
            run.changed.clear()


def _close_stays(move: Move) -> None:
    if move.cancel_items:
        rows = WorkItem.objects.filter(token_id__in=move.cancel_items, state=WorkItem.State.OPEN)
        rows.update(state=WorkItem.State.CANCELLED, closed_at=move.at)
    if move.cancel_timers:
        timers = Timer.objects.filter(token_id__in=move.cancel_timers, state=Timer.State.PENDING)
        timers.update(state=Timer.State.CANCELLED)


def _update_tokens(move: Move) -> None:
    changed = list(move.moved.values())
    if len(changed) == 1:
        update_row(changed[0], _TOKEN_FIELDS)
    elif changed:
        Token.objects.bulk_update(changed, _TOKEN_FIELDS)


def _announce(move: Move) -> None:
    for token in move.due_services:
        outbox.publish(
            ServiceTaskReached(
                root_id=move.root.pk, token_id=token.pk, node_id=token.node_id, visit=token.visit, at=move.at
            )
        )
    if outbox.receivers_of(WorkItemOpened.event_name()):
        for item in move.new_items:
            outbox.publish(
                WorkItemOpened(
                    work_item_id=item.pk,
                    process_id=item.process_id,
                    node_id=item.node_id,
                    name=item.name,
                    act=item.act,
                    role=item.role,
                    subject_type=item.subject_type,
                    subject_id=item.subject_id,
                    region_path=item.region_path,
                    department_path=item.department_path,
                    at=move.at,
                )
            )
    for process in move.ended:
        outbox.publish(
            ProcessEnded(
                process_id=process.pk,
                key=move.run_of(process).graph.key,
                end_node_id=process.end_node_id,
                end_name=process.end_name,
                is_error=process.state == Process.State.FAILED,
                subject_type=process.subject_type,
                subject_id=process.subject_id,
                at=move.at,
            )
        )
