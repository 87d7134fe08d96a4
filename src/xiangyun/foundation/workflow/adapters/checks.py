"""Judging the structure of a graph: what would get stuck, be ignored or point nowhere is refused before it runs."""

import re
from collections import deque
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from xiangyun.foundation.workflow.adapters.graph import (
    ACTIVITIES,
    BOUNDARIES,
    ENDS,
    GATEWAYS,
    WITH_BOUNDARY,
    Flow,
    Graph,
    Kind,
    Node,
)
from xiangyun.foundation.workflow.errors import Problem
from xiangyun.kit.expressions import Expression

_STEP = re.compile(r"\bsteps\.([A-Za-z_]\w*)")
_OUTCOME = re.compile(r"(?<![.\w])outcome\s*[!=]=\s*[\"']([^\"']*)[\"']")


@dataclass(frozen=True)
class Known:
    """What a process may refer to outside itself; None where it is not to be checked."""

    handlers: Collection[str] | None = None
    decisions: Collection[str] | None = None
    processes: Collection[str] | None = None


def check_graph(graph: Graph, known: Known) -> list[Problem]:
    """Return every structural fault."""
    checker = _Checker(graph, known)
    checker.check()
    return checker.problems


class _Checker:
    def __init__(self, graph: Graph, known: Known) -> None:
        self.graph = graph
        self.known = known
        self.problems: list[Problem] = []
        self.outcomes = {code for node in graph.nodes.values() for code, _ in node.outcomes}

    def refuse(self, what: Node | Flow, reason: str) -> None:
        self.problems.append(Problem(what.id, what.name, what.line, reason))

    def check(self) -> None:
        nodes = list(self.graph.nodes.values())
        for scope in ["", *(node.id for node in nodes if node.kind is Kind.SUBPROCESS)]:
            self._check_scope(scope, [node for node in nodes if node.scope == scope])
        for node in nodes:
            self._check_ways(node)
            self._check_gateway(node)
            self._check_boundary(node)
            self._check_references(node)
            for expression in _expressions(node):
                self._check_names(node, expression)

    def _check_scope(self, scope: str, members: list[Node]) -> None:
        owner = self.graph.nodes.get(scope) or Node(self.graph.key, self.graph.name, 0, Kind.SUBPROCESS)
        starts = [node for node in members if node.kind is Kind.START]
        if len(starts) != 1:
            self.refuse(owner, f"应有且只有一个开始事件，实有{len(starts)}个")
        if not any(node.kind in ENDS for node in members):
            self.refuse(owner, "没有结束事件")
        if len(starts) != 1:
            return
        forward = self._spread([starts[0]], lambda node: self.graph.next_nodes(node.id))
        alive = self._spread([node for node in members if node.kind in ENDS], lambda node: node.incoming, backward=True)
        for node in members:
            if node.kind not in BOUNDARIES and node.id not in forward:
                self.refuse(node, "从开始事件无法到达")
            elif node.kind not in ENDS and node.outgoing and node.id not in alive:
                self.refuse(node, "无法到达结束事件")

    def _spread(self, start: list[Node], flows_of: Callable[[Node], list[Flow]], *, backward: bool = False) -> set[str]:
        seen = {node.id for node in start}
        queue = deque(start)
        while queue:
            node = queue.popleft()
            ids = [flow.source if backward else flow.target for flow in flows_of(node)]
            if backward and node.kind in BOUNDARIES:
                ids.append(node.attached_to)
            for node_id in ids:
                if node_id not in seen and node_id in self.graph.nodes:
                    seen.add(node_id)
                    queue.append(self.graph.nodes[node_id])
        return seen

    def _check_ways(self, node: Node) -> None:
        if node.kind in ENDS:
            if node.outgoing:
                self.refuse(node, "结束事件不能有出口")
        elif not node.outgoing:
            self.refuse(node, "没有出口连线")
        elif len(node.outgoing) > 1 and node.kind not in GATEWAYS:
            self.refuse(node, f"有{len(node.outgoing)}条出口连线，分支请用网关")
        if node.incoming and (node.kind is Kind.START or node.kind in BOUNDARIES):
            self.refuse(node, "不能有入口连线")
        if node.kind not in GATEWAYS:
            for flow in node.outgoing:
                if flow.is_conditional:
                    self.refuse(flow, "条件只能写在网关的出口连线上")

    def _check_gateway(self, node: Node) -> None:
        if node.default and node.kind not in (Kind.EXCLUSIVE, Kind.INCLUSIVE):
            self.refuse(node, "默认连线只能用于排他网关和包容网关")
            return
        if node.default and node.default not in [flow.id for flow in node.outgoing]:
            self.refuse(node, f"默认连线 {node.default} 不是它的出口")
        splits = len(node.outgoing) > 1
        for flow in node.outgoing if node.kind in GATEWAYS else []:
            must_have = splits and node.kind is not Kind.PARALLEL and flow.id != node.default
            if must_have and not flow.is_conditional:
                self.refuse(flow, "网关的这条出口既没有条件也不是默认连线")
            elif not must_have and flow.is_conditional:
                self.refuse(flow, "这条连线不能有条件（并行网关、默认连线或唯一出口）")
        if splits and node.kind in (Kind.EXCLUSIVE, Kind.INCLUSIVE) and not node.default:
            self.refuse(node, "网关没有默认连线")

    def _check_boundary(self, node: Node) -> None:
        if node.kind not in BOUNDARIES:
            return
        host = self.graph.nodes.get(node.attached_to)
        if host is None or host.scope != node.scope:
            self.refuse(node, f"边界事件所附的活动 {node.attached_to or '（空）'} 不存在")
        elif host.kind not in WITH_BOUNDARY:
            self.refuse(node, "边界事件只能附在用户任务、服务任务、子流程和调用活动上")
        elif node.kind is Kind.BOUNDARY_ERROR and host.kind not in (Kind.SUBPROCESS, Kind.CALL):
            self.refuse(node, "错误边界事件只能附在子流程和调用活动上")

    def _check_references(self, node: Node) -> None:
        known = self.known
        if node.kind is Kind.USER and not node.role:
            self.refuse(node, "没有放在泳道中，不知道由谁办理")
        if node.kind in ACTIVITIES and not node.name:
            self.refuse(node, "没有名称")
        if node.handler and known.handlers is not None and node.handler not in known.handlers:
            self.refuse(node, f"处理程序 {node.handler} 没有登记")
        if node.decision and known.decisions is not None and node.decision not in known.decisions:
            self.refuse(node, f"决策表 {node.decision} 没有载入")
        if node.called and known.processes is not None and node.called not in known.processes:
            self.refuse(node, f"被调用的流程 {node.called} 没有载入")

    def _check_names(self, node: Node, found: tuple[Flow | Node, Expression]) -> None:
        where, expression = found
        for step in _STEP.findall(expression.text):
            if step not in self.graph.nodes:
                self.refuse(where, f"条件引用了不存在的环节 {step}")
        for code in _OUTCOME.findall(expression.text):
            if code not in self.outcomes:
                self.refuse(where, f"条件引用了没有任何环节给出的办理结果 {code}")


def _expressions(node: Node) -> Iterator[tuple[Flow | Node, Expression]]:
    for flow in node.outgoing:
        if flow.condition is not None:
            yield flow, flow.condition
    own: list[Expression | None] = []
    if node.loop is not None:
        own += [node.loop.cardinality, node.loop.collection, node.loop.completion]
    if node.timer is not None:
        own.append(node.timer.expression)
    for expression in own:
        if expression is not None:
            yield node, expression
