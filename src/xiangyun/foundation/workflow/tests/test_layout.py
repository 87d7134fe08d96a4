"""Every process can be drawn: a shape for each node, a line for each flow, nothing on top of anything."""

import itertools

import pytest
from lxml import etree

from xiangyun.foundation.workflow.adapters.bpmn import read_graph
from xiangyun.foundation.workflow.adapters.graph import BOUNDARIES, Kind
from xiangyun.foundation.workflow.adapters.layout import add_diagram
from xiangyun.foundation.workflow.adapters.reading import BPMNDI, DC
from xiangyun.foundation.workflow.models import ProcessDefinition
from xiangyun.foundation.workflow.tests.factories import Sketch, load, simple


def _rich() -> Sketch:
    inside = (
        Sketch().start("s2").user("x").timer("late", "P1D", on="x").end("e2").line("s2", "x", "e2").line("late", "e2")
    )
    sketch = Sketch().start().gateway("g", "parallel").gateway("h", "parallel").user("a").user("b").sub("sub", inside)
    sketch.gateway("back", default="on").end().line("start", "g", "a", "h", "back").line("g", "b", "h").line(
        "g", "sub", "h"
    )
    return sketch.flow("back", "end", id_="on").flow("back", "g", "x == 1")


@pytest.mark.parametrize("sketch", [simple("a", "b"), _rich()])
def test_everything_is_drawn_once(sketch: Sketch) -> None:
    graph, _ = read_graph(sketch.xml())
    drawn = etree.fromstring(add_diagram(sketch.xml(), graph).encode())
    shapes = [shape.get("bpmnElement") for shape in drawn.iter(f"{{{BPMNDI}}}BPMNShape")]
    lines = [edge.get("bpmnElement") for edge in drawn.iter(f"{{{BPMNDI}}}BPMNEdge")]
    assert sorted(lines) == sorted(graph.flows)
    assert sorted(shapes) == sorted([*graph.nodes, "lane", "p_pool"])
    again, problems = read_graph(etree.tostring(drawn))
    assert problems == []
    assert again.has_diagram


def test_nodes_do_not_overlap() -> None:
    graph, _ = read_graph(_rich().xml())
    drawn = etree.fromstring(add_diagram(_rich().xml(), graph).encode())
    boxes = {}
    for shape in drawn.iter(f"{{{BPMNDI}}}BPMNShape"):
        bounds = shape.find(f"{{{DC}}}Bounds")
        boxes[shape.get("bpmnElement")] = [float(bounds.get(key)) for key in ("x", "y", "width", "height")]
    for one, other in itertools.combinations(graph.nodes.values(), 2):
        if one.scope != other.scope or one.kind in BOUNDARIES or other.kind in BOUNDARIES:
            continue
        (ax, ay, aw, ah), (bx, by, bw, bh) = boxes[one.id], boxes[other.id]
        assert ax + aw <= bx or bx + bw <= ax or ay + ah <= by or by + bh <= ay, (one.id, other.id)
    host = next(node for node in graph.nodes.values() if node.kind is Kind.SUBPROCESS)
    (hx, hy, hw, hh), (x, y, w, h) = boxes[host.id], boxes["x"]
    assert hx < x and hy < y and x + w < hx + hw and y + h < hy + hh


@pytest.mark.django_db
def test_load_draws_what_has_no_diagram_and_keeps_what_has_one() -> None:
    load(simple("a"))
    first = ProcessDefinition.objects.get()
    assert "BPMNShape" in first.xml
    from xiangyun.foundation.workflow import api
    from xiangyun.foundation.workflow.tests.factories import AT

    moved = first.xml.replace('x="160"', 'x="161"')
    api.load_process(xml=moved, at=AT)
    assert ProcessDefinition.objects.get(version=2).xml == moved
