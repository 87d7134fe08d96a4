"""What happens when a token reaches a node that does something, and when that is done."""

from collections.abc import Mapping
from typing import Any

from xiangyun.foundation.workflow.adapters.graph import Kind, Node
from xiangyun.foundation.workflow.errors import ProcessStuck
from xiangyun.foundation.workflow.models import Process, Timer, Token, WorkItem
from xiangyun.foundation.workflow.operations.due import due_of_limit, due_of_timer
from xiangyun.foundation.workflow.operations.move import Move, Run
from xiangyun.foundation.workflow.operations.routing import (
    end,
    enter_gateway,
    follow,
    leave,
    release_inclusive,
)
from xiangyun.foundation.workflow.queries.definitions import get_decision, get_definition
from xiangyun.foundation.workflow.queries.handlers import get_handler
from xiangyun.foundation.workflow.queries.refs import ServiceCall
from xiangyun.kit.expressions import ExpressionError

MAX_DEPTH = 10  # processes that call each other; more means that they call themselves
MAX_INSTANCES = 200  # people asked at once in one step


def advance(move: Move) -> None:
    """Let tokens run until each of them waits for something outside."""
    while True:
        while move.queue:
            token = move.queue.popleft()
            if token.state == Token.State.LIVE:
                _enter(move, token)
        if not release_inclusive(move):
            return


def begin(move: Move, run: Run) -> None:
    """Put the first token of a process on its start event."""
    run.is_loaded = True
    move.spawn(run, run.graph.start, scope=None)


def complete_user_task(move: Move, token: Token, item: WorkItem, outcome: str) -> None:
    """Carry on after a person did an item: the token leaves, or waits for the other instances."""
    run = move.run_of(token.process)
    node = run.node_of(token)
    token.outcome = outcome
    move.touch(token)
    result: dict[str, Any] = {"outcome": outcome, "user_id": item.closed_by_id}
    if node.loop is not None:
        loop = _count_instance(run, token, node, outcome)
        if not _is_enough(run, token, node, loop):
            if node.loop.is_sequential:
                _open_item(move, run, token, node, loop["completed"] + 1, loop["elements"][loop["completed"]])
            return
        result |= {"outcomes": loop["outcomes"], "total": loop["total"], "completed": loop["completed"]}
    run.note_step(node.id, result)
    move.close_stay(token, node, items=node.loop is not None)
    leave(move, token, node)


def complete_service(move: Move, token: Token, node: Node) -> None:
    """Call a service task's function and go on with what it returns."""
    run = move.run_of(token.process)
    process = run.process
    call = ServiceCall(
        process_id=process.pk or 0,
        subject_type=process.subject_type,
        subject_id=process.subject_id,
        node_id=node.id,
        variables=dict(process.variables),
        region_path=process.region_path,
        department_path=process.department_path,
        actor=move.actor,
        at=move.at,
        subject=move.subject,
    )
    returned: Mapping[str, Any] | None = get_handler(node.handler).function(call)
    run.set_variables(dict(returned or {}))
    run.note_step(node.id, {"outcome": "done"})
    move.record(token, node, outcome="done")
    move.close_stay(token, node, items=False)
    leave(move, token, node)


def fire(move: Move, token: Token, boundary: Node) -> None:
    """Let a non-interrupting boundary event send out a token of its own while the activity goes on."""
    run = move.run_of(token.process)
    flow = boundary.outgoing[0]
    born = move.spawn(run, flow.target, scope=token.scope, flow_id=flow.id, outcome=token.outcome)
    move.record(born, boundary)


def pass_event(move: Move, token: Token, node: Node) -> None:
    """Go on from an intermediate event that happened."""
    move.record(token, node)
    move.close_stay(token, node, items=False)
    leave(move, token, node)


def _enter(move: Move, token: Token) -> None:
    run = move.run_of(token.process)
    node = run.node_of(token)
    move.count_node(run, node)
    if node.kind is Kind.START:
        follow(move, token, node.outgoing[0])
    elif node.kind in (Kind.END, Kind.TERMINATE, Kind.ERROR_END):
        end(move, token, node)
    elif node.kind in (Kind.EXCLUSIVE, Kind.PARALLEL, Kind.INCLUSIVE):
        enter_gateway(move, token, node)
    elif node.kind is Kind.USER:
        _enter_user(move, run, token, node)
    elif node.kind is Kind.SERVICE:
        _enter_service(move, run, token, node)
    elif node.kind is Kind.RULE:
        _decide(move, run, token, node)
    elif node.kind is Kind.SUBPROCESS:
        _start_boundary_timers(move, run, token, node)
        move.spawn(run, node.inner_start, scope=token, outcome=token.outcome)
    elif node.kind is Kind.CALL:
        _call(move, run, token, node)
    elif node.kind is Kind.CATCH_TIMER:
        _start_timer(move, run, token, node)


def _enter_user(move: Move, run: Run, token: Token, node: Node) -> None:
    if node.loop is None:
        _open_item(move, run, token, node, 1, None)
    else:
        elements = _elements(run, token, node)
        if not elements:  # nobody to ask: the step is passed
            run.note_step(node.id, {"outcome": "", "outcomes": {}, "total": 0, "completed": 0})
            leave(move, token, node)
            return
        counts = {code: 0 for code, _ in node.outcomes}
        token.loop = {"elements": elements, "total": len(elements), "completed": 0, "outcomes": counts}
        for number, element in enumerate(elements[:1] if node.loop.is_sequential else elements, start=1):
            _open_item(move, run, token, node, number, element)
    _start_boundary_timers(move, run, token, node)


def _open_item(move: Move, run: Run, token: Token, node: Node, number: int, element: Any) -> None:
    process = run.process
    special = element if isinstance(element, dict) else {}
    region_path = special.get("region_path") or process.region_path
    move.new_items.append(
        WorkItem(
            process=process,
            token=token,
            subject_type=process.subject_type,
            subject_id=process.subject_id,
            node_id=node.id,
            name=node.name,
            act=node.act,
            role=special.get("role") or node.role,
            other_role="" if special.get("role") else node.other_role,
            assignee_id=special.get("user_id"),
            number=number,
            element=element,
            region_path=region_path,
            department_path=special.get("department_path") or process.department_path,
            opened_at=move.at,
            due_at=due_of_limit(node.limit, at=move.at, region_path=region_path),
        )
    )


def _elements(run: Run, token: Token, node: Node) -> list[Any]:
    loop = node.loop
    assert loop is not None
    expression = loop.collection or loop.cardinality
    assert expression is not None
    found = expression.evaluate(run.context(token))
    if loop.collection is None:
        found = list(range(1, found + 1)) if isinstance(found, int) and 0 <= found <= MAX_INSTANCES else None
    if not isinstance(found, list) or len(found) > MAX_INSTANCES:
        raise ProcessStuck(f"环节“{node.name}”的多实例范围不是列表或超过{MAX_INSTANCES}个。", node=node.id)
    return found


def _count_instance(run: Run, token: Token, node: Node, outcome: str) -> dict[str, Any]:
    loop = dict(token.loop or {})
    loop["completed"] += 1
    loop["outcomes"] = {**loop["outcomes"], outcome: loop["outcomes"].get(outcome, 0) + 1}
    token.loop = loop
    return loop


def _is_enough(run: Run, token: Token, node: Node, loop: dict[str, Any]) -> bool:
    if loop["completed"] >= loop["total"]:
        return True
    assert node.loop is not None
    if node.loop.completion is None:
        return False
    facts = {key: loop[key] for key in ("total", "completed", "outcomes")}
    return node.loop.completion.is_true(run.context(token, mi={**facts, "open": loop["total"] - loop["completed"]}))


def _enter_service(move: Move, run: Run, token: Token, node: Node) -> None:
    if get_handler(node.handler).is_inline:
        complete_service(move, token, node)
    else:
        _start_boundary_timers(move, run, token, node)
        move.due_services.append(token)


def _decide(move: Move, run: Run, token: Token, node: Node) -> None:
    table, version = (node.table, 0) if node.table is not None else get_decision(key=node.decision)
    try:
        result, hits = table.evaluate(run.context(token))
    except ExpressionError as error:
        raise ProcessStuck(f"环节“{node.name}”的决策不能计算：{error.text}", node=node.id) from error
    if node.result:
        run.set_variables({node.result: result})
    elif isinstance(result, dict):
        run.set_variables(result)
    rows = [{"table": hit.table, "row": hit.row, "cells": hit.cells, "inputs": hit.inputs} for hit in hits]
    run.note_step(node.id, {"outcome": "done"})
    move.record(token, node, note={"version": version, "result": result, "rules": rows})
    leave(move, token, node)


def _call(move: Move, run: Run, token: Token, node: Node) -> None:
    process = run.process
    depth, row = 1, process
    while "parent_token" in row._state.fields_cache and row.parent_token is not None:
        depth, row = depth + 1, row.parent_token.process
    if depth > MAX_DEPTH:
        raise ProcessStuck("流程调用层数过多，可能在调用自身。", node=node.id)
    variables = process.variables
    if node.take is not None:
        variables = {key: variables.get(key) for key in node.take}
    called = Process(
        definition_id=get_definition(key=node.called).id,
        parent_token=token,
        subject_type=process.subject_type,
        subject_id=process.subject_id,
        region_path=process.region_path,
        department_path=process.department_path,
        variables=dict(variables),
        started_at=move.at,
        started_by_id=move.actor.user_id,
    )
    move.new_processes.append(called)
    _start_boundary_timers(move, run, token, node)
    begin(move, move.run_of(called))


def _start_boundary_timers(move: Move, run: Run, token: Token, node: Node) -> None:
    for boundary in node.boundaries:
        if run.graph.nodes[boundary].kind is Kind.BOUNDARY_TIMER:
            _start_timer(move, run, token, run.graph.nodes[boundary])


def _start_timer(move: Move, run: Run, token: Token, node: Node) -> None:
    due_at = due_of_timer(node, context=run.context(token), at=move.at, region_path=run.process.region_path)
    move.new_timers.append(Timer(token=token, node_id=node.id, due_at=due_at, try_at=due_at))
