"""One move: the part of a process family that is read, changed in memory and written back in a handful of statements.

Nothing is written while tokens run; `flush` writes all of it. The family's row is locked before a move begins.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from xiangyun.foundation.workflow.adapters.graph import Graph, Kind, Node
from xiangyun.foundation.workflow.errors import ProcessStuck
from xiangyun.foundation.workflow.models import Process, Step, Timer, Token, WorkItem
from xiangyun.foundation.workflow.queries.definitions import get_graph
from xiangyun.foundation.workflow.queries.processes import list_live_tokens, read_process
from xiangyun.kit.actors import Actor
from xiangyun.kit.expressions import plain

MAX_NODES = 2000  # nodes one move may pass; more means that automatic steps chase each other

_moving: ContextVar[frozenset[int]] = ContextVar("workflow_moving", default=frozenset())


@dataclass(eq=False)
class Run:
    """A process within a move: its row, its graph, and those of its tokens that the move has seen."""

    process: Process
    graph: Graph
    tokens: list[Token] = field(default_factory=list)
    is_loaded: bool = False
    changed: set[str] = field(default_factory=set)

    def node_of(self, token: Token) -> Node:
        """Return the node at which a token stands."""
        return self.graph.nodes[token.node_id]

    def context(self, token: Token | None = None, **more: Any) -> dict[str, Any]:
        """Return what expressions read: the variables, the last outcome on the token's path, the results by step."""
        outcome = token.outcome if token is not None else ""
        return {**self.process.variables, "outcome": outcome, "steps": self.process.steps, **more}

    def set_variables(self, variables: dict[str, Any]) -> None:
        """Merge variables into the process."""
        if variables:
            self.process.variables = {**self.process.variables, **plain(variables)}
            self.changed.add("variables")

    def note_step(self, node_id: str, result: dict[str, Any]) -> None:
        """Keep the result of a step for conditions further on."""
        times = self.process.steps.get(node_id, {}).get("times", 0) + 1
        self.process.steps = {**self.process.steps, node_id: {**result, "times": times}}
        self.changed.add("steps")


@dataclass(eq=False)
class Move:
    """The unit of work of the engine."""

    root: Process
    actor: Actor
    at: datetime
    subject: Any = None  # the row the process is about, where the caller holds it
    queue: deque[Token] = field(default_factory=deque)
    runs: dict[int, Run] = field(default_factory=dict)
    new_processes: list[Process] = field(default_factory=list)
    new_tokens: list[Token] = field(default_factory=list)
    new_items: list[WorkItem] = field(default_factory=list)
    new_timers: list[Timer] = field(default_factory=list)
    new_steps: list[Step] = field(default_factory=list)
    due_services: list[Token] = field(default_factory=list)
    moved: dict[int, Token] = field(default_factory=dict)
    cancel_items: list[int] = field(default_factory=list)
    cancel_timers: list[int] = field(default_factory=list)
    ended: list[Process] = field(default_factory=list)
    passed: int = 0

    def run_of(self, process: Process) -> Run:
        """Return the run of a process row, kept by identity: new rows have no key yet."""
        run = self.runs.get(id(process))
        if run is None:
            run = self.runs[id(process)] = Run(process, get_graph(process.definition_id))
        return run

    def run_by_id(self, process_id: int) -> Run:
        """Return the run of a stored process, reading its row unless the move has it."""
        for run in self.runs.values():
            if run.process.pk == process_id:
                return run
        return self.run_of(self.root if process_id == self.root.pk else read_process(process_id=process_id))

    def take_up(self, token: Token, run: Run) -> None:
        """Bring a token read by a query into the move; inside a sub-process its surroundings are read as well."""
        token.process = run.process
        run.tokens.append(token)
        if token.scope_id is not None and not run.is_loaded:
            self._load(run)

    def spawn(self, run: Run, node_id: str, *, scope: Token | None, flow_id: str = "", outcome: str = "") -> Token:
        """Make a token at a node and queue it."""
        token = Token(
            process=run.process, scope=scope, node_id=node_id, flow_id=flow_id, outcome=outcome, entered_at=self.at
        )
        run.tokens.append(token)
        self.new_tokens.append(token)
        self.queue.append(token)
        return token

    def touch(self, token: Token) -> None:
        """Remember that a stored token changed."""
        if token.pk is not None:
            self.moved[token.pk] = token

    def live(self, run: Run) -> list[Token]:
        """Return the live tokens of a run, reading the rest of them where only one was known."""
        if not run.is_loaded:
            self._load(run)
        return [token for token in run.tokens if token.state == Token.State.LIVE]

    def end_token(self, token: Token) -> None:
        """Take a token off the diagram."""
        token.state, token.ended_at = Token.State.ENDED, self.at
        self.touch(token)

    def close_stay(self, token: Token, node: Node, *, items: bool) -> None:
        """Close what hangs on a token's stay at a node; the graph tells whether there can be anything at all.

        `items` is False where the last open item was just done by its person.
        """
        self.due_services = [other for other in self.due_services if other is not token]
        self.new_items = [item for item in self.new_items if item.token is not token]
        self.new_timers = [timer for timer in self.new_timers if timer.token is not token]
        if token.pk is None:
            return
        if items and node.kind is Kind.USER:
            self.cancel_items.append(token.pk)
        run = self.run_of(token.process)
        kinds = [node.kind, *(run.graph.nodes[boundary].kind for boundary in node.boundaries)]
        if Kind.CATCH_TIMER in kinds or Kind.BOUNDARY_TIMER in kinds:
            self.cancel_timers.append(token.pk)

    def count_node(self, run: Run, node: Node) -> None:
        """Count a passed node.

        Raises: ProcessStuck.
        """
        self.passed += 1
        if self.passed > MAX_NODES:
            raise ProcessStuck(process=run.graph.key, node=node.id)

    def record(self, token: Token, node: Node, *, outcome: str = "", note: Any = None) -> None:
        """Write an automatic step into the history."""
        self.new_steps.append(
            Step(
                process=token.process,
                node_id=node.id,
                kind=node.kind.value,
                outcome=outcome,
                note=note,
                started_at=token.entered_at,
                ended_at=self.at,
            )
        )

    def _load(self, run: Run) -> None:
        run.is_loaded = True
        known = {token.pk for token in run.tokens if token.pk is not None}
        for token in list_live_tokens(run.process) if run.process.pk else []:
            if token.pk not in known:
                self.take_up(token, run)
        by_id = {token.pk: token for token in run.tokens if token.pk is not None}
        for token in run.tokens:
            if token.scope_id is not None and token.scope_id in by_id:
                token.scope = by_id[token.scope_id]


@contextmanager
def moving(root: Process, actor: Actor, at: datetime, subject: Any = None) -> Iterator[Move]:
    """Open a move of a locked family; a handler that tries to move the same family from inside is a programming error.

    Raises: RuntimeError.
    """
    busy = _moving.get()
    if root.pk is not None and root.pk in busy:
        raise RuntimeError("a handler must not move the process that is calling it")
    mark = _moving.set(busy | {root.pk} if root.pk is not None else busy)
    try:
        yield Move(root, actor, at, subject)
    finally:
        _moving.reset(mark)
