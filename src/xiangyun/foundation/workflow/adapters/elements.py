"""Reading single BPMN elements: what each kind may carry, in BPMN's own attributes and in ours (`xy:`)."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from lxml import etree

from xiangyun.foundation.workflow.adapters.durations import parse_duration
from xiangyun.foundation.workflow.adapters.graph import Kind, Lane, Loop, Node, TimerSpec
from xiangyun.foundation.workflow.adapters.reading import BPMN, XY, Reading, local, text_in, tidy
from xiangyun.kit.expressions import DecisionTable, ExpressionError

CHINA = ZoneInfo("Asia/Shanghai")
_CODE = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_ROLE = re.compile(r"[a-z][a-z0-9_]*")
_DRAWN_ONLY = {"documentation", "extensionElements", "incoming", "outgoing"}
_PLAIN = {"id", "name", "default", "gatewayDirection", "implementation", "isForCompensation", "startQuantity"}
_ALLOWED: dict[str, set[str]] = {
    "sequenceFlow": {"sourceRef", "targetRef", "isImmediate"},
    "startEvent": {"isInterrupting"},
    "userTask": {"xy:act", "xy:outcomes", "xy:limit"},
    "serviceTask": {"xy:handler"},
    "businessRuleTask": {"xy:decision", "xy:result"},
    "subProcess": {"triggeredByEvent"},
    "callActivity": {"calledElement", "xy:in", "xy:out"},
    "boundaryEvent": {"attachedToRef", "cancelActivity"},
}
_CODED_EVENTS = {
    "timerEventDefinition": (Kind.CATCH_TIMER, Kind.BOUNDARY_TIMER),
    "messageEventDefinition": (Kind.CATCH_MESSAGE, Kind.BOUNDARY_MESSAGE),
}


def check_attributes(element: etree._Element, name: str, reading: Reading) -> None:
    """Refuse attributes that the engine would silently ignore."""
    allowed = _PLAIN | _ALLOWED.get(name, set())
    for key in element.attrib:
        qualified = etree.QName(str(key))
        label = qualified.localname
        if qualified.namespace == XY:
            label = f"xy:{label}"
        elif qualified.namespace is not None and qualified.namespace != BPMN:
            label = str(key)
        if label not in allowed:
            reading.refuse(element, f"不支持的属性 {label}")
    if element.get("isForCompensation") == "true":
        reading.refuse(element, "不支持补偿（isForCompensation）")


def refuse_children(element: etree._Element, reading: Reading, *, but: set[str] | None = None) -> None:
    """Refuse what stands inside an element and is not understood."""
    for child in element.iterchildren(tag=etree.Element):
        if local(child) not in _DRAWN_ONLY | (but or set()):
            reading.refuse(element, f"含有不支持的内容 {local(child)}")


def read_start(element: etree._Element, node: Node, reading: Reading) -> None:
    """A plain start: processes are started by an operation, never by an event."""
    node.kind = Kind.START
    refuse_children(element, reading)


def read_end(element: etree._Element, node: Node, reading: Reading) -> None:
    """A plain, terminating or error end."""
    node.kind = Kind.END
    refuse_children(element, reading, but={"terminateEventDefinition", "errorEventDefinition"})
    if element.find(f"{{{BPMN}}}terminateEventDefinition") is not None:
        node.kind = Kind.TERMINATE
    elif (definition := element.find(f"{{{BPMN}}}errorEventDefinition")) is not None:
        node.kind = Kind.ERROR_END
        node.error = _error_code(element, definition, reading)
        if not node.error:
            reading.refuse(element, "错误结束事件没有指明带 errorCode 的错误")


def read_user_task(element: etree._Element, node: Node, reading: Reading) -> None:
    """A step for a person: act, outcomes, limit in working days, multi-instance."""
    node.kind = Kind.USER
    refuse_children(element, reading, but={"multiInstanceLoopCharacteristics"})
    node.act = element.get(f"{{{XY}}}act") or ""
    node.outcomes = _outcomes(element, reading)
    limit = element.get(f"{{{XY}}}limit")
    if limit is not None:
        if limit.isdecimal() and 0 < int(limit) <= 1000:
            node.limit = int(limit)
        else:
            reading.refuse(element, f"环节时限应为工作日数，现为“{limit}”")
    loop = element.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics")
    if loop is not None:
        node.loop = _loop(element, loop, reading)


def read_service_task(element: etree._Element, node: Node, reading: Reading) -> None:
    """A step for a registered function."""
    node.kind = Kind.SERVICE
    refuse_children(element, reading)
    node.handler = element.get(f"{{{XY}}}handler") or ""
    if not node.handler:
        reading.refuse(element, "服务任务没有指明处理程序（xy:handler）")


def read_rule_task(element: etree._Element, node: Node, reading: Reading) -> None:
    """A decision: a loaded table by name, or one written inside the element."""
    node.kind = Kind.RULE
    node.result = element.get(f"{{{XY}}}result") or ""
    node.decision = element.get(f"{{{XY}}}decision") or ""
    refuse_children(element, reading)
    inside = element.find(f"{{{BPMN}}}extensionElements/{{{XY}}}decision")
    if (inside is None) == (not node.decision):
        reading.refuse(element, "业务规则任务应有且只有一个决策表（xy:decision 属性或元素）")
    elif inside is not None:
        try:
            node.table = DecisionTable.load(text_in(inside), name=node.name or node.id)
        except ExpressionError as error:
            reading.refuse(element, error.text)


def read_subprocess(element: etree._Element, node: Node, reading: Reading) -> None:
    """An embedded sub-process; its children are read after this."""
    node.kind = Kind.SUBPROCESS
    if element.get("triggeredByEvent") == "true":
        reading.refuse(element, "不支持事件子流程")
    if element.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics") is not None:
        reading.refuse(element, "只有用户任务可以多实例")


def read_call(element: etree._Element, node: Node, reading: Reading) -> None:
    """A call of another process by key; `xy:in` (default all) and `xy:out` (default none) name the variables."""
    node.kind = Kind.CALL
    refuse_children(element, reading)
    node.called = element.get("calledElement") or ""
    if not node.called:
        reading.refuse(element, "调用活动没有指明流程（calledElement）")
    taken = element.get(f"{{{XY}}}in")
    node.take = None if taken is None else tuple(_names(taken))
    node.give = tuple(_names(element.get(f"{{{XY}}}out") or ""))


def read_catch(element: etree._Element, node: Node, reading: Reading) -> None:
    """An intermediate timer or message event."""
    node.kind = Kind.CATCH_TIMER
    _read_event(element, node, reading, boundary=False)


def read_boundary(element: etree._Element, node: Node, reading: Reading) -> None:
    """A timer, message or error on the edge of an activity."""
    node.kind = Kind.BOUNDARY_TIMER
    node.attached_to = element.get("attachedToRef") or ""
    node.is_interrupting = element.get("cancelActivity") != "false"
    _read_event(element, node, reading, boundary=True)
    if node.kind is Kind.BOUNDARY_ERROR and not node.is_interrupting:
        reading.refuse(element, "错误边界事件必须中断所在活动")


def _read_event(element: etree._Element, node: Node, reading: Reading, *, boundary: bool) -> None:
    found = [child for child in element.iterchildren(tag=etree.Element) if local(child) not in _DRAWN_ONLY]
    if len(found) != 1:
        reading.refuse(element, f"应有且只有一个事件定义，实有{len(found)}个")
        return
    kind = local(found[0])
    if kind == "errorEventDefinition" and boundary:
        node.kind = Kind.BOUNDARY_ERROR
        node.error = _error_code(element, found[0], reading)
    elif kind not in _CODED_EVENTS:
        reading.refuse(element, f"不支持的事件 {kind}")
    else:
        node.kind = _CODED_EVENTS[kind][int(boundary)]
        if kind == "timerEventDefinition":
            node.timer = _timer(element, found[0], reading)
        else:
            reference = found[0].get("messageRef") or ""
            node.message = reading.messages.get(reference, "")
            if not node.message:
                reading.refuse(element, f"消息 {reference or '（空）'} 不存在或没有名称")


def read_lanes(element: etree._Element, reading: Reading, scope: str) -> None:
    """Lanes name who does the tasks in them: `xy:role`, or the lane's name; two roles are joined by a slash."""
    for lane in element.iterchildren(tag=etree.Element):
        if local(lane) != "lane":
            reading.refuse(lane, f"不支持的元素 {local(lane)}")
            continue
        if lane.find(f"{{{BPMN}}}childLaneSet") is not None:
            reading.refuse(lane, "不支持嵌套泳道")
        roles = [part.strip() for part in (lane.get(f"{{{XY}}}role") or lane.get("name") or "").split("/")]
        if not 1 <= len(roles) <= 2 or not all(_ROLE.fullmatch(role) for role in roles):
            reading.refuse(lane, "泳道应以 xy:role 指明一个或两个（以/分隔）角色代码")
            continue
        lane_id = lane.get("id") or ""
        reading.lanes.append(
            Lane(lane_id, tidy(lane.get("name")), roles[0], roles[1] if len(roles) == 2 else "", scope)
        )
        for reference in lane.findall(f"{{{BPMN}}}flowNodeRef"):
            reading.lane_members.append((lane, (reference.text or "").strip(), reading.lanes[-1]))


def inherit_lanes(reading: Reading) -> None:
    """Give each node its lane; inside a sub-process without lanes, that of the sub-process."""
    for element, node_id, lane in reading.lane_members:
        node = reading.nodes.get(node_id)
        if node is None:
            reading.refuse(element, f"泳道引用了不存在的节点 {node_id}")
        elif node.lane:
            reading.refuse(node, "同时属于两个泳道")
        else:
            node.lane, node.role, node.other_role = lane.id, lane.role, lane.other_role
    for node in reading.nodes.values():  # a sub-process is read before what is in it
        host = reading.nodes.get(node.scope)
        if not node.role and host is not None:
            node.role, node.other_role = host.role, host.other_role


def _outcomes(element: etree._Element, reading: Reading) -> tuple[tuple[str, str], ...]:
    text = element.get(f"{{{XY}}}outcomes")
    if text is None:
        return (("done", "完成"),)
    found: dict[str, str] = {}
    for part in text.split(","):
        code, _, label = (piece.strip() for piece in part.partition(":"))
        if not _CODE.fullmatch(code) or not label or code in found:
            reading.refuse(element, f"办理结果“{part.strip()}”应写作 代码：名称，且代码不重复")
        found[code] = label
    return tuple(found.items())


def _loop(element: etree._Element, loop: etree._Element, reading: Reading) -> Loop:
    found = Loop(is_sequential=loop.get("isSequential") == "true", element=loop.get(f"{{{XY}}}element") or "")
    refuse_children(loop, reading, but={"loopCardinality", "completionCondition"})
    collection = loop.get(f"{{{XY}}}collection")
    cardinality = loop.findtext(f"{{{BPMN}}}loopCardinality")
    completion = loop.findtext(f"{{{BPMN}}}completionCondition")
    if (collection is None) == (cardinality is None):
        reading.refuse(element, "多实例应有且只有 xy:collection 或 loopCardinality 之一")
    if collection is not None:
        found.collection = reading.expression(element, collection, "多实例集合")
    if cardinality is not None:
        found.cardinality = reading.expression(element, cardinality, "多实例数量")
    if completion is not None:
        found.completion = reading.expression(element, completion, "多实例完成条件")
    return found


def _timer(element: etree._Element, definition: etree._Element, reading: Reading) -> TimerSpec:
    spec = TimerSpec(in_workdays=definition.get(f"{{{XY}}}unit") == "workday")
    if definition.get(f"{{{XY}}}unit") not in (None, "workday", "day"):
        reading.refuse(element, "定时单位 xy:unit 只能是 workday 或 day")
    children = [child for child in definition.iterchildren(tag=etree.Element) if local(child) not in _DRAWN_ONLY]
    if len(children) != 1 or local(children[0]) not in ("timeDuration", "timeDate"):
        reading.refuse(element, "定时事件应有且只有 timeDuration 或 timeDate")
        return spec
    text = text_in(children[0]).strip()
    spec.is_moment = local(children[0]) == "timeDate"
    if text.startswith("="):
        spec.expression = reading.expression(element, text[1:], "定时表达式")
    elif spec.is_moment:
        spec.moment = parse_moment(text)
        if spec.moment is None:
            reading.refuse(element, f"时刻“{text}”不是 ISO 8601 格式")
    else:
        spec.duration = parse_duration(text)
        if spec.duration is None:
            reading.refuse(element, f"时长“{text}”不是 ISO 8601 格式，如 P30D、PT2H")
        elif spec.in_workdays and (spec.duration.months or spec.duration.seconds):
            reading.refuse(element, f"按工作日计的时长“{text}”只能用天，如 P5D")
    return spec


def parse_moment(text: str) -> datetime | None:
    """Return an ISO 8601 moment; without an offset it is China's time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def _error_code(element: etree._Element, definition: etree._Element, reading: Reading) -> str:
    reference = definition.get("errorRef")
    if reference is None:
        return ""
    if not reading.errors.get(reference):
        reading.refuse(element, f"错误 {reference} 不存在或没有 errorCode")
    return reading.errors.get(reference, "")


def _names(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
