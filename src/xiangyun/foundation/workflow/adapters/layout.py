"""Drawing a process that came without a diagram: columns by rank, lanes as rows, plain right-angled lines (BPMN DI)."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from lxml import etree

from xiangyun.foundation.workflow.adapters.bpmn import parse_xml
from xiangyun.foundation.workflow.adapters.graph import BOUNDARIES, ENDS, GATEWAYS, Graph, Kind, Node
from xiangyun.foundation.workflow.adapters.lines import Box, Point, choose_line
from xiangyun.foundation.workflow.adapters.reading import BPMN, BPMNDI, DC, DI

GAP_X, GAP_Y = 60, 40
PADDING = 30
LABEL = 30  # the strip in which bpmn-js writes the name of a pool or lane
LEFT, TOP = 160, 80


@dataclass
class Drawing:
    """Boxes by element id and lines by flow id."""

    boxes: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, list[Point]] = field(default_factory=dict)
    width: float = 0
    height: float = 0


def add_diagram(xml: str, graph: Graph) -> str:
    """Return the XML with a diagram for every element."""
    root = parse_xml(xml)
    for old in root.findall(f"{{{BPMNDI}}}BPMNDiagram"):
        root.remove(old)
    drawing = _draw_scope(graph, "")
    plane_of = graph.key
    process = root.find(f"{{{BPMN}}}process")
    if graph.lanes and process is not None:
        plane_of = _pool_of(root, process, graph, drawing)
    else:
        _shift(drawing, LEFT, TOP)
    _append(root, plane_of, graph, drawing)
    etree.indent(root, space="  ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + etree.tostring(root, encoding="unicode") + "\n"


def _draw_scope(graph: Graph, scope: str) -> Drawing:
    members = [node for node in graph.nodes.values() if node.scope == scope and node.kind not in BOUNDARIES]
    inner = {node.id: _draw_scope(graph, node.id) for node in members if node.kind is Kind.SUBPROCESS}
    sizes = {node.id: _size(node, inner) for node in members}
    ranks = _rank(graph, members)
    lanes = [lane.id for lane in graph.lanes if lane.scope == scope] or [""]
    drawing = Drawing()
    cells: dict[tuple[str, int], list[Node]] = defaultdict(list)
    for node in members:
        cells[node.lane if node.lane in lanes else lanes[0], ranks[node.id]].append(node)
    columns = _columns(ranks, sizes)
    y: float = 0
    for lane in lanes:
        height = max(
            (sum(sizes[node.id][1] + GAP_Y for node in found) for (of, _), found in cells.items() if of == lane),
            default=80 + GAP_Y,
        )
        height += GAP_Y
        drawing.boxes[lane] = Box(0, y, 0, height)
        for (of, rank), found in cells.items():
            if of == lane:
                _place(found, columns[rank], y, height, sizes, drawing)
        y += height
    drawing.width, drawing.height = max(start + width for start, width in columns.values()) + GAP_X, y
    for lane in lanes:
        drawing.boxes[lane].width = drawing.width
    if lanes == [""]:
        del drawing.boxes[""]
    _adopt(inner, drawing)
    _place_boundaries(graph, scope, drawing)
    own = {node.id for node in graph.nodes.values() if node.scope == scope}
    for flow in graph.flows.values():
        if flow.id not in drawing.lines and flow.source in drawing.boxes and graph.nodes[flow.source].scope == scope:
            drawing.lines[flow.id] = choose_line(
                drawing.boxes[flow.source],
                drawing.boxes[flow.target],
                from_bottom=graph.nodes[flow.source].kind in BOUNDARIES,
                others=[box for key, box in drawing.boxes.items() if key in own],
                drawn=drawing.lines.values(),
            )
    return drawing


def _size(node: Node, inner: dict[str, Drawing]) -> tuple[float, float]:
    if node.kind is Kind.SUBPROCESS:
        return inner[node.id].width + 2 * PADDING, inner[node.id].height + 2 * PADDING
    if node.kind in GATEWAYS:
        return 50, 50
    if node.kind is Kind.START or node.kind in ENDS or node.kind in (Kind.CATCH_TIMER, Kind.CATCH_MESSAGE):
        return 36, 36
    return 100, 80


def _rank(graph: Graph, members: list[Node]) -> dict[str, int]:
    """Return the column of each node: the longest way from the start, lines that lead back not counted."""
    order: list[str] = []
    state: dict[str, int] = {}
    forward: dict[str, list[str]] = defaultdict(list)

    def visit(node_id: str) -> None:
        state[node_id] = 1
        for flow in graph.next_nodes(node_id):
            if state.get(flow.target) != 1:
                forward[node_id].append(flow.target)
                if flow.target not in state:
                    visit(flow.target)
        state[node_id] = 2
        order.append(node_id)

    for node in sorted(members, key=lambda each: each.kind is not Kind.START):
        if node.id not in state:
            visit(node.id)
    ranks = {node.id: 0 for node in members}
    for node_id in reversed(order):
        for target in forward[node_id]:
            ranks[target] = max(ranks[target], ranks[node_id] + 1)
    return ranks


def _columns(ranks: dict[str, int], sizes: dict[str, tuple[float, float]]) -> dict[int, tuple[float, float]]:
    columns: dict[int, tuple[float, float]] = {}
    x: float = GAP_X
    for rank in range(max(ranks.values(), default=0) + 1):
        width = max((sizes[node_id][0] for node_id, of in ranks.items() if of == rank), default=0)
        columns[rank] = (x, width)
        x += width + GAP_X
    return columns


def _place(
    found: list[Node],
    column: tuple[float, float],
    top: float,
    height: float,
    sizes: dict[str, tuple[float, float]],
    drawing: Drawing,
) -> None:
    used = sum(sizes[node.id][1] + GAP_Y for node in found) - GAP_Y
    y = top + (height - used) / 2
    for node in found:
        width, tall = sizes[node.id]
        drawing.boxes[node.id] = Box(column[0] + (column[1] - width) / 2, y, width, tall)
        y += tall + GAP_Y


def _adopt(inner: dict[str, Drawing], drawing: Drawing) -> None:
    for node_id, part in inner.items():
        box = drawing.boxes[node_id]
        _shift(part, box.x + PADDING, box.y + PADDING)
        drawing.boxes |= part.boxes
        drawing.lines |= part.lines


def _place_boundaries(graph: Graph, scope: str, drawing: Drawing) -> None:
    for node in [node for node in graph.nodes.values() if node.scope == scope and node.boundaries]:
        host = drawing.boxes[node.id]
        for number, boundary in enumerate(node.boundaries):
            x = host.right - 30 - number * 46
            drawing.boxes[boundary] = Box(x - 18, host.bottom - 18, 36, 36)


def _shift(drawing: Drawing, dx: float, dy: float) -> None:
    for box in drawing.boxes.values():
        box.shift(dx, dy)
    for key, points in drawing.lines.items():
        drawing.lines[key] = [(x + dx, y + dy) for x, y in points]


def _pool_of(root: etree._Element, process: etree._Element, graph: Graph, drawing: Drawing) -> str:
    """Lanes are drawn in a pool: add one where the file has none; return the id of the collaboration."""
    collaboration = root.find(f"{{{BPMN}}}collaboration")
    if collaboration is None:
        collaboration = etree.Element(f"{{{BPMN}}}collaboration", id=f"{graph.key}_collaboration")
        root.insert(root.index(process), collaboration)
    pool = collaboration.find(f"{{{BPMN}}}participant")
    if pool is None:
        pool = etree.SubElement(collaboration, f"{{{BPMN}}}participant", id=f"{graph.key}_pool", name=graph.name)
    pool.set("processRef", graph.key)
    _shift(drawing, LEFT + LABEL * 2, TOP)
    for lane in graph.lanes:
        if not lane.scope:
            box = drawing.boxes[lane.id]
            box.x, box.width = LEFT + LABEL, box.width + LABEL
    drawing.boxes[pool.get("id") or ""] = Box(LEFT, TOP, drawing.width + 2 * LABEL, drawing.height)
    return collaboration.get("id") or ""


def _append(root: etree._Element, plane_of: str, graph: Graph, drawing: Drawing) -> None:
    names = {"bpmndi": BPMNDI, "dc": DC, "di": DI}
    diagram = etree.SubElement(root, f"{{{BPMNDI}}}BPMNDiagram", nsmap=names, id=f"{graph.key}_diagram")
    plane = etree.SubElement(diagram, f"{{{BPMNDI}}}BPMNPlane", id=f"{graph.key}_plane", bpmnElement=plane_of)
    lanes = {lane.id for lane in graph.lanes}
    # containers first: what is drawn later lies on top
    for element_id in sorted(
        drawing.boxes, key=lambda key: (key in graph.nodes, key not in graph.nodes and key in lanes)
    ):
        shape = etree.SubElement(plane, f"{{{BPMNDI}}}BPMNShape", id=f"{element_id}_shape", bpmnElement=element_id)
        node = graph.nodes.get(element_id)
        if node is None:
            shape.set("isHorizontal", "true")
        elif node.kind is Kind.SUBPROCESS:
            shape.set("isExpanded", "true")
        elif node.kind is Kind.EXCLUSIVE:
            shape.set("isMarkerVisible", "true")
        box = drawing.boxes[element_id]
        values = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
        etree.SubElement(shape, f"{{{DC}}}Bounds", {key: f"{value:g}" for key, value in values.items()})
        if node is not None and node.kind in GATEWAYS and node.name:
            _label(shape, box.x + 10 - 12 * len(node.name), box.y - 14, node.name)
        elif node is not None and node.kind in BOUNDARIES and node.name:
            _label(shape, box.x - 12 * len(node.name), box.bottom - 8, node.name)
    for flow_id, points in drawing.lines.items():
        edge = etree.SubElement(plane, f"{{{BPMNDI}}}BPMNEdge", id=f"{flow_id}_edge", bpmnElement=flow_id)
        for x, y in points:
            etree.SubElement(edge, f"{{{DI}}}waypoint", x=f"{x:g}", y=f"{y:g}")
        if graph.flows[flow_id].name:
            # beside the arrow: there each line is alone
            (ax, ay), (bx, by) = max(pairwise(points[-3:]), key=lambda pair: abs(pair[0][0] - pair[1][0]))
            x = (ax + bx) / 2 - 6 * len(graph.flows[flow_id].name) if ay == by else ax + 6
            _label(edge, x, by - 18 if ay == by else (ay + by) / 2, graph.flows[flow_id].name)


def _label(parent: etree._Element, x: float, y: float, text: str) -> None:
    label = etree.SubElement(parent, f"{{{BPMNDI}}}BPMNLabel")
    values = {"x": x, "y": y, "width": 12 * len(text) + 4, "height": 14}
    etree.SubElement(label, f"{{{DC}}}Bounds", {key: f"{value:g}" for key, value in values.items()})
