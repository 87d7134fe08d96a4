"""Starting and cancelling processes, and messages to them."""

from datetime import datetime
from typing import Any

from xiangyun.foundation.events import api as outbox
from xiangyun.foundation.workflow.adapters.graph import Kind
from xiangyun.foundation.workflow.errors import MessageNotExpected, ProcessOver
from xiangyun.foundation.workflow.events import ProcessCancelled, ProcessStarted
from xiangyun.foundation.workflow.models import Process
from xiangyun.foundation.workflow.operations.activities import advance, begin, fire, pass_event
from xiangyun.foundation.workflow.operations.flush import flush, tell_ends
from xiangyun.foundation.workflow.operations.move import Move, moving
from xiangyun.foundation.workflow.operations.routing import cancel_run, interrupt
from xiangyun.foundation.workflow.queries.definitions import get_definition, get_definition_by_id
from xiangyun.foundation.workflow.queries.processes import list_family, lock_process, process_ref
from xiangyun.foundation.workflow.queries.refs import ProcessRef
from xiangyun.kit.actors import Actor
from xiangyun.kit.expressions import plain
from xiangyun.kit.transactions import in_one_transaction


@in_one_transaction
def start_process(
    *,
    key: str,
    subject_type: str,
    subject_id: int,
    variables: dict[str, Any],
    region_path: str,
    department_path: str,
    actor: Actor,
    at: datetime,
) -> ProcessRef:
    """Start the newest version of a process about a subject and open its first work items.

    The right to start it is the caller's to check: the engine does not know what the process is about.

    Raises: UnknownProcess, ProcessStuck.
    """
    definition = get_definition(key=key)
    process = Process(
        definition_id=definition.id,
        subject_type=subject_type,
        subject_id=subject_id,
        region_path=region_path,
        department_path=department_path,
        variables=plain(variables),
        started_at=at,
        started_by_id=actor.user_id,
    )
    with moving(process, actor, at) as move:
        move.new_processes.append(process)
        begin(move, move.run_of(process))
        advance(move)
        flush(move)
        outbox.publish(
            ProcessStarted(
                process_id=process.pk,
                key=definition.key,
                version=definition.version,
                subject_type=subject_type,
                subject_id=subject_id,
                at=at,
            )
        )
    tell_ends(move)
    return process_ref(process)


@in_one_transaction
def cancel_process(*, process_id: int, reason: str, actor: Actor, at: datetime) -> ProcessRef:
    """Stop a process with everything in it; one that has ended already stays as it is.

    Raises: ProcessNotFound, ProcessOver for a called process (cancel the one that called it).
    """
    process = lock_process(process_id=process_id)
    if process.root_id is not None:
        raise ProcessOver("不能单独取消被调用的流程，请取消上一级流程。", process_id=process_id)
    if process.state != Process.State.RUNNING:
        return process_ref(process)
    with moving(process, actor, at) as move:
        cancel_run(move, move.run_of(process), reason)
        flush(move)
        outbox.publish(
            ProcessCancelled(
                process_id=process.pk,
                key=get_definition_by_id(process.definition_id).key,
                reason=reason,
                subject_type=process.subject_type,
                subject_id=process.subject_id,
                at=at,
            )
        )
    return process_ref(process)


@in_one_transaction
def send_message(
    *, process_id: int, name: str, variables: dict[str, Any] | None = None, actor: Actor, at: datetime
) -> ProcessRef:
    """Hand a message to the first step of the process (or of those it called) that waits for it.

    Raises: ProcessNotFound, ProcessOver, MessageNotExpected.
    """
    process = lock_process(process_id=process_id)
    if process.state != Process.State.RUNNING:
        raise ProcessOver(process_id=process_id)
    family = list_family(process)
    with moving(family[0], actor, at) as move:
        if not any(_deliver(move, row, name, variables or {}) for row in family):
            raise MessageNotExpected(
                f"流程当前没有环节等待消息“{name}”，请刷新页面查看最新进度。", process_id=process_id, name=name
            )
        advance(move)
        flush(move)
    tell_ends(move)
    return process_ref(move.run_by_id(process.pk).process)


def _deliver(move: Move, process: Process, name: str, variables: dict[str, Any]) -> bool:
    run = move.run_of(process)
    for token in move.live(run):
        node = run.node_of(token)
        if node.kind is Kind.CATCH_MESSAGE and node.message == name:
            run.set_variables(variables)
            pass_event(move, token, node)
            return True
        for boundary in (run.graph.nodes[each] for each in node.boundaries):
            if boundary.kind is Kind.BOUNDARY_MESSAGE and boundary.message == name:
                run.set_variables(variables)
                (interrupt if boundary.is_interrupting else fire)(move, token, boundary)
                return True
    return False
