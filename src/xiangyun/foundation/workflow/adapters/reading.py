"""What a reading of a BPMN file gathers, and the names of the format."""

from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from xiangyun.foundation.workflow.adapters.graph import Flow, Lane, Node
from xiangyun.foundation.workflow.errors import Problem
from xiangyun.kit.expressions import Expression, ExpressionError, compile_expression

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XY = "urn:xiangyun:bpmn:1.0"


@dataclass
class Reading:
    """What one reading gathers: the graph's parts and the problems."""

    problems: list[Problem] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    lanes: list[Lane] = field(default_factory=list)
    lane_members: list[tuple[etree._Element, str, Lane]] = field(default_factory=list)
    messages: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def refuse(self, element: etree._Element | Node | Flow, reason: str) -> None:
        """Note a fault of an element."""
        if isinstance(element, Node | Flow):
            self.problems.append(Problem(element.id, element.name, element.line, reason))
        else:
            name = tidy(element.get("name"))
            self.problems.append(Problem(element.get("id") or "", name, line_of(element), reason))

    def expression(self, element: etree._Element, text: str, what: str) -> Expression | None:
        """Compile an expression or note why it cannot be."""
        try:
            return compile_expression(text)
        except ExpressionError as error:
            self.refuse(element, f"{what}不能解析。{error.text}")
            return None


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return etree.QName(element).localname


def line_of(element: etree._Element) -> int:
    """Return the line on which an element begins."""
    line: Any = element.sourceline
    return int(line or 0)


def text_in(element: etree._Element) -> str:
    """Return all text inside an element."""
    return str(etree.tostring(element, method="text", encoding="unicode", with_tail=False))


def tidy(text: str | None) -> str:
    """Return a name on one line."""
    return " ".join((text or "").split())
