"""Reading BPMN 2.0 XML (ISO/IEC 19510) into a graph: a strict subset, every fault named by element, all at once."""

from collections.abc import Callable

from lxml import etree

from xiangyun.foundation.workflow.adapters import elements
from xiangyun.foundation.workflow.adapters.graph import Flow, Graph, Kind, Node
from xiangyun.foundation.workflow.adapters.reading import BPMN, BPMNDI, Reading, line_of, local, text_in, tidy
from xiangyun.foundation.workflow.errors import BpmnRefused, Problem

MAX_BYTES = 2_000_000

_DRAWN_ONLY = {"documentation", "extensionElements", "textAnnotation", "association", "group"}
_TOP_LEVEL = {"process", "collaboration", "message", "error", "category", "documentation", "extensionElements"}
_GATEWAYS = {
    "exclusiveGateway": Kind.EXCLUSIVE,
    "parallelGateway": Kind.PARALLEL,
    "inclusiveGateway": Kind.INCLUSIVE,
}


def parse_xml(xml: str | bytes) -> etree._Element:
    """Return the root element; no entities, no network, no document type.

    Raises: BpmnRefused.
    """
    data = xml.encode() if isinstance(xml, str) else xml
    if len(data) > MAX_BYTES:
        raise BpmnRefused([Problem("", "", 0, "文件超过2 MB，请拆分流程")])
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, encoding="utf-8"
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise BpmnRefused([Problem("", "", error.lineno or 0, f"不是有效的XML：{error.msg}")]) from None
    if b"<!DOCTYPE" in data:
        raise BpmnRefused([Problem("", "", 1, "不允许使用文档类型声明（DOCTYPE）")])
    if root.tag != f"{{{BPMN}}}definitions":
        raise BpmnRefused([Problem("", "", line_of(root), "根元素不是 BPMN 2.0 的 definitions")])
    return root


def read_graph(xml: str | bytes) -> tuple[Graph | None, list[Problem]]:
    """Read a file into a graph and the problems of single elements; structure is judged by `checks`.

    The graph is None where there is no process to speak of.

    Raises: BpmnRefused where it is not BPMN at all.
    """
    root = parse_xml(xml)
    reading = Reading()
    process = _read_top_level(root, reading)
    if process is None:
        return None, reading.problems
    start = _read_scope(process, reading, "")
    _connect(process, reading)
    elements.inherit_lanes(reading)
    graph = Graph(
        key=process.get("id") or "",
        name=tidy(process.get("name")) or process.get("id") or "",
        start=start,
        nodes=reading.nodes,
        flows=reading.flows,
        lanes=reading.lanes,
        has_diagram=bool(root.findall(f"{{{BPMNDI}}}BPMNDiagram//{{{BPMNDI}}}BPMNShape")),
    )
    return graph, reading.problems


def _read_top_level(root: etree._Element, reading: Reading) -> etree._Element | None:
    processes = root.findall(f"{{{BPMN}}}process")
    for child in root.iterchildren(tag=etree.Element):
        name = local(child)
        if child.tag == f"{{{BPMNDI}}}BPMNDiagram":
            continue
        if not child.tag.startswith(f"{{{BPMN}}}") or name not in _TOP_LEVEL:
            reading.refuse(child, f"不支持的元素 {name}")
        elif name == "message":
            reading.messages[child.get("id") or ""] = child.get("name") or ""
        elif name == "error":
            reading.errors[child.get("id") or ""] = child.get("errorCode") or ""
        elif name == "collaboration":
            _read_collaboration(child, reading)
    if len(processes) != 1:
        reading.refuse(root, f"应有且只有一个 process，实有{len(processes)}个")
        return None
    if not processes[0].get("id"):
        reading.refuse(processes[0], "process 缺少 id")
    return processes[0]


def _read_collaboration(element: etree._Element, reading: Reading) -> None:
    participants = 0
    for child in element.iterchildren(tag=etree.Element):
        name = local(child)
        participants += name == "participant"
        if name not in _DRAWN_ONLY | {"participant"}:
            reading.refuse(child, f"不支持的元素 {name}")
    if participants > 1:
        reading.refuse(element, "只能有一个参与者（池）")


def _read_scope(container: etree._Element, reading: Reading, scope: str) -> str:
    """Read the children of a process or sub-process; return the id of its start event."""
    start = ""
    for child in container.iterchildren(tag=etree.Element):
        name = local(child)
        if name in _DRAWN_ONLY or name in ("multiInstanceLoopCharacteristics", "incoming", "outgoing"):
            continue
        if not child.tag.startswith(f"{{{BPMN}}}"):
            reading.refuse(child, f"不支持的元素 {name}")
        elif name == "laneSet":
            elements.read_lanes(child, reading, scope)
        elif name == "sequenceFlow":
            _read_flow(child, reading)
        elif (node := _read_node(child, name, reading, scope)) and node.kind is Kind.START:
            start = start or node.id
    return start


def _read_node(element: etree._Element, name: str, reading: Reading, scope: str) -> Node | None:
    read = _READERS.get(name)
    if read is None:
        reading.refuse(element, f"不支持的元素 {name}")
        return None
    node_id = element.get("id") or ""
    if not node_id or node_id in reading.nodes or node_id in reading.flows:
        reading.refuse(element, f"id 重复：{node_id}" if node_id else "缺少 id")
        return None
    node = Node(
        node_id,
        tidy(element.get("name")),
        line_of(element),
        Kind.USER,
        scope,
        default=element.get("default") or "",
    )
    reading.nodes[node_id] = node
    elements.check_attributes(element, name, reading)
    read(element, node, reading)
    if node.kind is Kind.SUBPROCESS:
        node.inner_start = _read_scope(element, reading, node_id)
    return node


def _read_flow(element: etree._Element, reading: Reading) -> None:
    flow_id = element.get("id") or ""
    if not flow_id or flow_id in reading.flows or flow_id in reading.nodes:
        reading.refuse(element, f"id 重复：{flow_id}" if flow_id else "缺少 id")
        return
    condition = None
    found = element.find(f"{{{BPMN}}}conditionExpression")
    if found is not None:
        condition = reading.expression(element, text_in(found), "条件")
    reading.flows[flow_id] = Flow(
        flow_id,
        tidy(element.get("name")),
        line_of(element),
        element.get("sourceRef") or "",
        element.get("targetRef") or "",
        condition,
        found is not None,
    )
    elements.check_attributes(element, "sequenceFlow", reading)


def _connect(process: etree._Element, reading: Reading) -> None:
    for flow in reading.flows.values():
        source, target = reading.nodes.get(flow.source), reading.nodes.get(flow.target)
        if source is None or target is None:
            missing = flow.source if source is None else flow.target
            reading.refuse(flow, f"连线指向不存在的节点 {missing or '（空）'}")
            continue
        if source.scope != target.scope:
            reading.refuse(flow, "连线不能跨越子流程的边界")
            continue
        source.outgoing.append(flow)
        target.incoming.append(flow)
    for node in reading.nodes.values():
        host = reading.nodes.get(node.attached_to)
        if host is not None:
            host.boundaries.append(node.id)


def _gateway(kind: Kind) -> Callable[[etree._Element, Node, Reading], None]:
    def read(element: etree._Element, node: Node, reading: Reading) -> None:
        node.kind = kind
        elements.refuse_children(element, reading)

    return read


_READERS: dict[str, Callable[[etree._Element, Node, Reading], None]] = {
    "startEvent": elements.read_start,
    "endEvent": elements.read_end,
    "userTask": elements.read_user_task,
    "serviceTask": elements.read_service_task,
    "businessRuleTask": elements.read_rule_task,
    "subProcess": elements.read_subprocess,
    "callActivity": elements.read_call,
    "intermediateCatchEvent": elements.read_catch,
    "boundaryEvent": elements.read_boundary,
    **{name: _gateway(kind) for name, kind in _GATEWAYS.items()},
}
