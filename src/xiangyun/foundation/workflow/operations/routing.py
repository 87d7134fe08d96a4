"""How tokens go from node to node: leaving, splitting, joining, ending, failing, cancelling (ISO/IEC 19510 §13)."""

from collections.abc import Iterable

from xiangyun.foundation.workflow.adapters.graph import ACTIVITIES, Flow, Kind, Node
from xiangyun.foundation.workflow.errors import ProcessStuck
from xiangyun.foundation.workflow.models import Process, Token
from xiangyun.foundation.workflow.operations.move import Move, Run
from xiangyun.foundation.workflow.queries.processes import get_calling_process_id, list_called
from xiangyun.kit.expressions import ExpressionError


def leave(move: Move, token: Token, node: Node) -> None:
    """Send a token on by the one way out of a node that is no gateway."""
    follow(move, token, node.outgoing[0])


def follow(move: Move, token: Token, flow: Flow) -> None:
    """Put a token on a flow: it arrives at the flow's target within this move."""
    token.node_id, token.flow_id = flow.target, flow.id
    token.visit += 1
    token.entered_at, token.loop = move.at, None
    move.touch(token)
    move.queue.append(token)


def split(move: Move, token: Token, flows: list[Flow]) -> None:
    """Send a token on by the first flow and copies of it by the others."""
    run = move.run_of(token.process)
    for flow in flows[1:]:
        move.spawn(run, flow.target, scope=token.scope, flow_id=flow.id, outcome=token.outcome)
    follow(move, token, flows[0])


def choose(run: Run, token: Token, node: Node) -> list[Flow]:
    """Return the flows a gateway sends a token by.

    Raises: ProcessStuck, ExpressionError naming the flow.
    """
    if node.kind is Kind.PARALLEL or len(node.outgoing) == 1:
        return node.outgoing
    context = run.context(token)
    chosen: list[Flow] = []
    for flow in node.outgoing:
        if flow.id != node.default and _holds(flow, context):
            chosen.append(flow)
            if node.kind is Kind.EXCLUSIVE:
                break
    if not chosen:
        chosen = [flow for flow in node.outgoing if flow.id == node.default]
    if not chosen:
        raise ProcessStuck(process=run.graph.key, node=node.id)
    return chosen


def enter_gateway(move: Move, token: Token, node: Node) -> None:
    """Pass a gateway, or wait at it for the others."""
    run = move.run_of(token.process)
    if len(node.incoming) > 1:
        if node.kind is Kind.PARALLEL and not _join_parallel(move, run, token, node):
            return
        if node.kind is Kind.INCLUSIVE:
            return  # decided when nothing else moves: see release_inclusive
    split(move, token, choose(run, token, node))


def release_inclusive(move: Move) -> bool:
    """Let inclusive joins go for which no further token can come; True where one went.

    A join fires when it holds a token and every other token of its scope that could still reach one of the empty
    incoming flows could as well reach one that is already filled (ISO/IEC 19510 table 13.4).
    """
    for run in list(move.runs.values()):
        if not run.graph.inclusive_joins or run.process.state != Process.State.RUNNING:
            continue
        live = move.live(run)
        for join in run.graph.inclusive_joins:
            for scope in {id(token.scope): token.scope for token in live if token.node_id == join}.values():
                same = [token for token in live if token.scope is scope]
                if _is_complete(run, join, same):
                    _fire_inclusive(move, run, run.graph.nodes[join], same)
                    return True
    return False


def end(move: Move, token: Token, node: Node) -> None:
    """Take a token off at an end event, and close its scope when it was the last."""
    run = move.run_of(token.process)
    scope = token.scope
    if node.kind is Kind.ERROR_END:
        fail(move, token, node)
        return
    move.end_token(token)
    if node.kind is Kind.TERMINATE:
        cancel_tokens(move, [other for other in move.live(run) if other.scope is scope])
    if any(other.scope is scope for other in move.live(run)):
        return
    if scope is None:
        end_process(move, run, node.id, node.name)
    else:
        host = run.node_of(scope)
        move.close_stay(scope, host, items=False)
        move.record(scope, host, outcome=node.id)
        run.note_step(host.id, {"outcome": node.id})
        leave(move, scope, host)


def end_process(move: Move, run: Run, node_id: str, name: str, *, failed: bool = False) -> None:
    """Close a process; one that was called hands its results to the calling step, which goes on."""
    process = run.process
    process.state = Process.State.FAILED if failed else Process.State.COMPLETED
    process.ended_at, process.end_node_id, process.end_name = move.at, node_id, name
    run.changed |= {"state", "ended_at", "end_node_id", "end_name"}
    if process is move.root:
        move.ended.append(process)
        return
    if failed:
        return
    caller, token, node = calling_step(move, process)
    caller.set_variables({key: process.variables.get(key) for key in node.give})
    caller.note_step(node.id, {"outcome": node_id})
    move.close_stay(token, node, items=False)
    move.record(token, node, outcome=node_id, note={"process_id": process.pk})
    leave(move, token, node)


def fail(move: Move, token: Token, node: Node) -> None:
    """Carry an error outward until a boundary catches it; uncaught, the whole process ends with it."""
    run, code = move.run_of(token.process), node.error
    scope = token.scope
    while True:
        while scope is not None:
            host = run.node_of(scope)
            catcher = _catcher(run, host, code)
            if catcher is not None:
                interrupt(move, scope, catcher)
                return
            scope = scope.scope
        cancel_tokens(move, move.live(run))
        end_process(move, run, node.id, node.name, failed=True)
        if run.process is move.root:
            return
        run, scope, _ = calling_step(move, run.process)


def interrupt(move: Move, token: Token, boundary: Node) -> None:
    """Stop the activity at which a token stands; the token goes on from the boundary event."""
    run = move.run_of(token.process)
    _stop_activity(move, run, token)
    move.record(token, boundary)
    leave(move, token, boundary)


def cancel_tokens(move: Move, tokens: Iterable[Token]) -> None:
    """Take tokens off with everything that hangs on them."""
    for token in tokens:
        if token.state == Token.State.LIVE:
            _stop_activity(move, move.run_of(token.process), token)
            move.end_token(token)


def cancel_run(move: Move, run: Run, reason: str) -> None:
    """Stop a process and those it called."""
    cancel_tokens(move, move.live(run))
    process = run.process
    process.state, process.ended_at, process.reason = Process.State.CANCELLED, move.at, reason
    run.changed |= {"state", "ended_at", "reason"}


def calling_step(move: Move, process: Process) -> tuple[Run, Token, Node]:
    """Return the run, token and call activity from which a process was called."""
    if "parent_token" in process._state.fields_cache:  # called within this move
        token = process.parent_token
        assert token is not None
        run = move.run_of(token.process)
    else:
        run = move.run_by_id(get_calling_process_id(process))
        token = next(known for known in move.live(run) if known.pk == process.parent_token_id)
    return run, token, run.node_of(token)


def _stop_activity(move: Move, run: Run, token: Token) -> None:
    node = run.node_of(token)
    if node.kind is Kind.SUBPROCESS:
        cancel_tokens(move, [other for other in move.live(run) if other.scope is token])
    elif node.kind is Kind.CALL:
        for other in _called_from(move, token):
            if other.process.state == Process.State.RUNNING:
                cancel_run(move, other, "")
    if node.kind in ACTIVITIES or node.kind is Kind.CATCH_TIMER:
        move.close_stay(token, node, items=True)


def _called_from(move: Move, token: Token) -> list[Run]:
    known = [run for run in move.runs.values() if run.process._state.fields_cache.get("parent_token") is token]
    if token.pk is not None:
        known += [run for run in move.runs.values() if run not in known and run.process.parent_token_id == token.pk]
        seen = {run.process.pk for run in known}
        known += [move.run_of(row) for row in list_called(token) if row.pk not in seen]
    return known


def _catcher(run: Run, host: Node, code: str) -> Node | None:
    found = [run.graph.nodes[boundary] for boundary in host.boundaries]
    errors = [node for node in found if node.kind is Kind.BOUNDARY_ERROR and node.error in (code, "")]
    # one that names the error comes before one that takes any
    return next(iter(sorted(errors, key=lambda node: node.error == "")), None)


def _join_parallel(move: Move, run: Run, token: Token, node: Node) -> bool:
    """Say whether the arriving token completes the join; the others then end in it."""
    waiting = {token.flow_id: token}
    for other in move.live(run):
        if other.node_id == node.id and other.scope is token.scope:
            waiting.setdefault(other.flow_id, other)
    if len(waiting) < len(node.incoming):
        return False
    for other in waiting.values():
        if other is not token:
            move.end_token(other)
    return True


def _is_complete(run: Run, join: str, tokens: list[Token]) -> bool:
    filled = {token.flow_id for token in tokens if token.node_id == join}
    empty = {flow.id for flow in run.graph.nodes[join].incoming} - filled
    for token in tokens:
        if token.node_id != join:
            reach = run.graph.reachable(join=join, source=token.node_id)
            if reach & empty and not reach & filled:
                return False
    return True


def _fire_inclusive(move: Move, run: Run, node: Node, tokens: list[Token]) -> None:
    waiting: dict[str, Token] = {}
    for token in tokens:
        if token.node_id == node.id:
            waiting.setdefault(token.flow_id, token)
    first, *others = waiting.values()
    for token in others:
        move.end_token(token)
    last = max(waiting.values(), key=lambda token: token.entered_at)
    first.outcome = last.outcome
    split(move, first, choose(run, first, node))


def _holds(flow: Flow, context: dict[str, object]) -> bool:
    if flow.condition is None:
        return False
    try:
        return flow.condition.is_true(context)
    except ExpressionError as error:
        raise ProcessStuck(f"流程连线“{flow.name or flow.id}”的条件不能计算：{error.text}", flow=flow.id) from error
