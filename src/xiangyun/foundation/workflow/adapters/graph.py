"""A process as a graph in memory: nodes, flows, lanes, and which joins a token can still reach."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from xiangyun.foundation.workflow.adapters.durations import Duration
from xiangyun.kit.expressions import DecisionTable, Expression


class Kind(StrEnum):
    """The elements of the subset."""

    START = "start"
    END = "end"
    TERMINATE = "terminate"
    ERROR_END = "error_end"
    USER = "user"
    SERVICE = "service"
    RULE = "rule"
    EXCLUSIVE = "exclusive"
    PARALLEL = "parallel"
    INCLUSIVE = "inclusive"
    SUBPROCESS = "subprocess"
    CALL = "call"
    CATCH_TIMER = "catch_timer"
    CATCH_MESSAGE = "catch_message"
    BOUNDARY_TIMER = "boundary_timer"
    BOUNDARY_MESSAGE = "boundary_message"
    BOUNDARY_ERROR = "boundary_error"


ENDS = frozenset({Kind.END, Kind.TERMINATE, Kind.ERROR_END})
GATEWAYS = frozenset({Kind.EXCLUSIVE, Kind.PARALLEL, Kind.INCLUSIVE})
ACTIVITIES = frozenset({Kind.USER, Kind.SERVICE, Kind.RULE, Kind.SUBPROCESS, Kind.CALL})
BOUNDARIES = frozenset({Kind.BOUNDARY_TIMER, Kind.BOUNDARY_MESSAGE, Kind.BOUNDARY_ERROR})
WITH_BOUNDARY = frozenset({Kind.USER, Kind.SERVICE, Kind.SUBPROCESS, Kind.CALL})


@dataclass(slots=True)
class Flow:
    """A sequence flow."""

    id: str
    name: str
    line: int
    source: str
    target: str
    condition: Expression | None = None
    is_conditional: bool = False  # true as well where the condition could not be parsed


@dataclass(slots=True)
class Loop:
    """Multi-instance: how many or over what, one after another or at once, when it is enough."""

    is_sequential: bool
    cardinality: Expression | None = None
    collection: Expression | None = None
    element: str = ""
    completion: Expression | None = None


@dataclass(slots=True)
class TimerSpec:
    """When a timer event fires: after a duration, at a moment, or what an expression gives for either."""

    duration: Duration | None = None
    moment: datetime | None = None
    expression: Expression | None = None
    is_moment: bool = False
    in_workdays: bool = False


@dataclass(slots=True)
class Node:
    """A flow node; which fields are set depends on its kind."""

    id: str
    name: str
    line: int
    kind: Kind
    scope: str = ""
    incoming: list[Flow] = field(default_factory=list)
    outgoing: list[Flow] = field(default_factory=list)
    default: str = ""
    lane: str = ""
    role: str = ""
    other_role: str = ""
    act: str = ""
    outcomes: tuple[tuple[str, str], ...] = ()
    limit: int | None = None
    loop: Loop | None = None
    handler: str = ""
    decision: str = ""
    table: DecisionTable | None = None
    result: str = ""
    called: str = ""
    take: tuple[str, ...] | None = None
    give: tuple[str, ...] = ()
    timer: TimerSpec | None = None
    message: str = ""
    error: str = ""
    attached_to: str = ""
    is_interrupting: bool = True
    boundaries: list[str] = field(default_factory=list)
    inner_start: str = ""

    def label_of(self, outcome: str) -> str:
        """Return the Chinese label of an outcome, or the code itself."""
        return dict(self.outcomes).get(outcome, outcome)


@dataclass(slots=True)
class Lane:
    """A lane: its name as drawn and the role codes it stands for."""

    id: str
    name: str
    role: str
    other_role: str = ""
    scope: str = ""


@dataclass
class Graph:
    """A checked process definition, shared read-only by all threads of a process."""

    key: str
    name: str
    start: str
    nodes: dict[str, Node]
    flows: dict[str, Flow]
    lanes: list[Lane]
    has_diagram: bool = False
    _reach: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note where inclusive joins stand: only their processes pay for the check after each move."""
        self.inclusive_joins = [
            node.id for node in self.nodes.values() if node.kind is Kind.INCLUSIVE and len(node.incoming) > 1
        ]

    def next_nodes(self, node_id: str) -> list[Flow]:
        """Return the flows by which a token at the node can go on, through its boundary events too."""
        node = self.nodes[node_id]
        flows = list(node.outgoing)
        for boundary in node.boundaries:
            flows += self.nodes[boundary].outgoing
        return flows

    def reachable(self, *, join: str, source: str) -> frozenset[str]:
        """Return the incoming flows of `join` that a token at `source` can reach without passing the join."""
        known = self._reach.setdefault(join, {})
        if source not in known:
            known[source] = self._search(join, source)
        return known[source]

    def _search(self, join: str, source: str) -> frozenset[str]:
        found: set[str] = set()
        seen = {source}
        queue = deque([source])
        while queue:
            for flow in self.next_nodes(queue.popleft()):
                if flow.target == join:
                    found.add(flow.id)
                elif flow.target not in seen:
                    seen.add(flow.target)
                    queue.append(flow.target)
        return frozenset(found)
