"""Processes for tests, sketched in a few lines, and shortcuts to run them."""

from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from xiangyun.foundation.workflow import api
from xiangyun.foundation.workflow.queries import handlers
from xiangyun.kit.actors import SYSTEM

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, 9:00 in China

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xy="urn:xiangyun:bpmn:1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'targetNamespace="urn:test">\n'
)


class Sketch:
    """Writes BPMN: `s.user("a")`, `s.line("start", "a", "end")`, `s.xml()`; all tasks lie in one lane by default."""

    def __init__(self, key: str = "p", *, role: str = "handler", name: str = "测试流程") -> None:
        self.key, self.name, self.role = key, name, role
        self.parts: list[str] = []
        self.top: list[str] = []
        self.tasks: list[str] = []
        self.count = 0

    def add(self, tag: str, id_: str, inner: str = "", **attributes: str) -> "Sketch":
        values = {key.replace("xy_", "xy:"): value for key, value in attributes.items() if value}
        text = "".join(f" {key}={quoteattr(value)}" for key, value in values.items())
        self.parts.append(f"<{tag} id={quoteattr(id_)}{text}>{inner}</{tag}>")
        return self

    def start(self, id_: str = "start") -> "Sketch":
        return self.add("startEvent", id_)

    def end(self, id_: str = "end", inner: str = "", name: str = "") -> "Sketch":
        return self.add("endEvent", id_, inner, name=name)

    def user(self, id_: str, *, outcomes: str = "", inner: str = "", **more: str) -> "Sketch":
        self.tasks.append(id_)
        return self.add("userTask", id_, inner, name=more.pop("name", id_), xy_outcomes=outcomes, **more)

    def many(self, id_: str, *, over: str, sequential: bool = False, until: str = "", **more: str) -> "Sketch":
        done = f"<completionCondition>{escape(until)}</completionCondition>" if until else ""
        kind = f'isSequential="{str(sequential).lower()}" xy:collection={quoteattr(over)}'
        loop = f"<multiInstanceLoopCharacteristics {kind}>{done}</multiInstanceLoopCharacteristics>"
        return self.user(id_, inner=loop, **more)

    def service(self, id_: str, handler: str, **more: str) -> "Sketch":
        return self.add("serviceTask", id_, name=id_, xy_handler=handler, **more)

    def gateway(self, id_: str, kind: str = "exclusive", *, default: str = "") -> "Sketch":
        return self.add(f"{kind}Gateway", id_, default=default)

    def timer(self, id_: str, text: str, *, on: str = "", interrupting: bool = True, unit: str = "") -> "Sketch":
        kind = "timeDate" if text.startswith("20") else "timeDuration"
        mark = f" xy:unit={quoteattr(unit)}" if unit else ""
        inner = f"<timerEventDefinition{mark}><{kind}>{escape(text)}</{kind}></timerEventDefinition>"
        return self._event(id_, inner, on, interrupting)

    def message(self, id_: str, name: str, *, on: str = "", interrupting: bool = True) -> "Sketch":
        self.top.append(f'<message id="m_{id_}" name={quoteattr(name)}/>')
        return self._event(id_, f'<messageEventDefinition messageRef="m_{id_}"/>', on, interrupting)

    def error(self, id_: str, code: str, *, on: str = "") -> "Sketch":
        """An error end, or with `on` the boundary that catches it (any error where the code is empty)."""
        reference = f' errorRef="e_{id_}"' if code else ""
        if code:
            self.top.append(f'<error id="e_{id_}" errorCode={quoteattr(code)}/>')
        inner = f"<errorEventDefinition{reference}/>"
        return self._event(id_, inner, on, True) if on else self.end(id_, inner)

    def _event(self, id_: str, inner: str, on: str, interrupting: bool) -> "Sketch":
        if on:
            stop = "" if interrupting else "false"
            return self.add("boundaryEvent", id_, inner, attachedToRef=on, cancelActivity=stop)
        return self.add("intermediateCatchEvent", id_, inner)

    def sub(self, id_: str, inside: "Sketch", **more: str) -> "Sketch":
        self.tasks += inside.tasks
        self.top += inside.top
        return self.add("subProcess", id_, "".join(inside.parts), name=id_, **more)

    def flow(self, source: str, target: str, condition: str = "", *, id_: str = "") -> "Sketch":
        self.count += 1
        id_ = id_ or f"f_{source}_{target}_{self.count}"
        inner = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
        return self.add("sequenceFlow", id_, inner, sourceRef=source, targetRef=target)

    def line(self, *ids: str) -> "Sketch":
        for source, target in pairwise(ids):
            self.flow(source, target)
        return self

    def xml(self) -> str:
        members = "".join(f"<flowNodeRef>{task}</flowNodeRef>" for task in self.tasks)
        lanes = f'<laneSet id="lanes"><lane id="lane" name="承办" xy:role="{self.role}">{members}</lane></laneSet>'
        body = "\n".join([lanes if self.tasks and self.role else "", *self.parts])
        process = (
            f"<process id={quoteattr(self.key)} name={quoteattr(self.name)} isExecutable='true'>\n{body}\n</process>"
        )
        return _HEAD + "\n".join([*self.top, process]) + "\n</definitions>\n"


def simple(*tasks: str, key: str = "p") -> Sketch:
    """Tasks one after the other."""
    sketch = Sketch(key).start()
    for task in tasks:
        sketch.user(task)
    return sketch.end().line("start", *tasks, "end")


def load(sketch: Sketch) -> api.DefinitionRef:
    """Load a sketch."""
    return api.load_process(xml=sketch.xml(), source="test", at=AT)


def start(
    key: str = "p", *, subject_id: int = 1, actor=SYSTEM, at: datetime = AT, **variables: object
) -> api.ProcessRef:
    """Start a process about test subject `subject_id`."""
    return api.start_process(
        key=key,
        subject_type="test",
        subject_id=subject_id,
        variables=variables,
        region_path="220000/",
        department_path="d/",
        actor=actor,
        at=at,
    )


def open_items(subject_id: int = 1) -> list[api.WorkItemRef]:
    """Return what waits about the test subject."""
    return api.list_open_work_items(subject_type="test", subject_id=subject_id)


def open_nodes(subject_id: int = 1) -> list[str]:
    """Return the nodes of what waits, sorted."""
    return sorted(item.node_id for item in open_items(subject_id))


def do(
    node_id: str, outcome: str = "done", *, subject_id: int = 1, at: datetime = AT, **variables: object
) -> api.MoveResult:
    """Complete the first open item of a node."""
    item = next(item for item in open_items(subject_id) if item.node_id == node_id)
    return api.complete_work_item(actor=SYSTEM, work_item_id=item.id, outcome=outcome, variables=variables, at=at)


@contextmanager
def handler(name: str, function, *, inline: bool = True):
    """Register a handler for the length of a test."""
    api.register_handler(name, function, inline=inline)
    try:
        yield
    finally:
        handlers._handlers.pop(name)


@contextmanager
def listener(function):
    """Let a function listen to the ends of processes about the subjects of `start` inside a block."""
    api.register_end_listener("test", function)
    try:
        yield
    finally:
        handlers._listeners.pop("test")
