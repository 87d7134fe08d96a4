"""What is refused at load: every fault at once, by element, in Chinese."""

import pytest

from xiangyun.foundation.workflow import api
from xiangyun.foundation.workflow.adapters.bpmn import read_graph
from xiangyun.foundation.workflow.adapters.checks import Known, check_graph
from xiangyun.foundation.workflow.adapters.durations import parse_duration
from xiangyun.foundation.workflow.errors import BpmnRefused
from xiangyun.foundation.workflow.models import ProcessDefinition
from xiangyun.foundation.workflow.tests.factories import AT, Sketch, load, simple

MESSAGE_TASK = '<task id="t" name="普通任务"/>'


def problems_of(xml: str) -> list[tuple[str, str]]:
    """Return (element id, reason) of every fault."""
    try:
        graph, problems = read_graph(xml)
    except BpmnRefused as refusal:
        return [(problem.element_id, problem.reason) for problem in refusal.problems]
    known = Known(handlers=["t.known"], decisions=["known"], processes=["known"])
    if graph is not None:
        problems = [*problems, *check_graph(graph, known)]
    return [(problem.element_id, problem.reason) for problem in problems]


def with_part(part: str, *, key: str = "p") -> str:
    """A sound process with one more element in it."""
    sketch = simple("a", key=key)
    sketch.parts.append(part)
    return sketch.xml()


@pytest.mark.parametrize(
    ("part", "found"),
    [
        (MESSAGE_TASK, ("t", "不支持的元素 task")),
        ('<scriptTask id="t" name="脚本"><script>1</script></scriptTask>', ("t", "不支持的元素 scriptTask")),
        ('<sendTask id="t"/>', ("t", "不支持的元素 sendTask")),
        ('<eventBasedGateway id="t"/>', ("t", "不支持的元素 eventBasedGateway")),
        ('<complexGateway id="t"/>', ("t", "不支持的元素 complexGateway")),
        ('<dataObject id="t"/>', ("t", "不支持的元素 dataObject")),
        ('<intermediateThrowEvent id="t"/>', ("t", "不支持的元素 intermediateThrowEvent")),
        ('<transaction id="t"/>', ("t", "不支持的元素 transaction")),
        ('<x:y xmlns:x="urn:other" id="t"/>', ("t", "不支持的元素 y")),
        ('<sequenceFlow id="t" sourceRef="a" targetRef="nowhere"/>', ("t", "连线指向不存在的节点 nowhere")),
        ('<sequenceFlow id="t" sourceRef="a" targetRef="end"/>', ("a", "有2条出口连线，分支请用网关")),
        ('<userTask id="a" name="b"/>', ("a", "id 重复：a")),
        ('<endEvent name="b"/>', ("", "缺少 id")),
        ('<endEvent id="t"/>', ("t", "从开始事件无法到达")),
        ('<startEvent id="t"/>', ("p", "应有且只有一个开始事件，实有2个")),
        (
            '<boundaryEvent id="t" attachedToRef="nobody"><timerEventDefinition><timeDuration>P1D</timeDuration>'
            "</timerEventDefinition></boundaryEvent>",
            ("t", "边界事件所附的活动 nobody 不存在"),
        ),
        (
            '<boundaryEvent id="t" attachedToRef="a"><timerEventDefinition><timeDuration>30天</timeDuration>'
            "</timerEventDefinition></boundaryEvent>",
            ("t", "时长“30天”不是 ISO 8601 格式，如 P30D、PT2H"),
        ),
        (
            '<boundaryEvent id="t" attachedToRef="a"><timerEventDefinition><timeCycle>R3/PT1H</timeCycle>'
            "</timerEventDefinition></boundaryEvent>",
            ("t", "定时事件应有且只有 timeDuration 或 timeDate"),
        ),
        (
            '<boundaryEvent id="t" attachedToRef="a"><timerEventDefinition xy:unit="workday"><timeDuration>PT2H'
            "</timeDuration></timerEventDefinition></boundaryEvent>",
            ("t", "按工作日计的时长“PT2H”只能用天，如 P5D"),
        ),
        (
            '<boundaryEvent id="t" attachedToRef="a"><messageEventDefinition messageRef="m"/></boundaryEvent>',
            ("t", "消息 m 不存在或没有名称"),
        ),
        (
            '<boundaryEvent id="t" attachedToRef="a"><errorEventDefinition/></boundaryEvent>',
            ("t", "错误边界事件只能附在子流程和调用活动上"),
        ),
        (
            '<boundaryEvent id="t" attachedToRef="a"><signalEventDefinition/></boundaryEvent>',
            ("t", "不支持的事件 signalEventDefinition"),
        ),
        ('<serviceTask id="t" name="办" xy:handler="t.unknown"/>', ("t", "处理程序 t.unknown 没有登记")),
        ('<serviceTask id="t" name="办"/>', ("t", "服务任务没有指明处理程序（xy:handler）")),
        ('<serviceTask id="t" name="办" xy:handlr="t.known"/>', ("t", "不支持的属性 xy:handlr")),
        (
            '<serviceTask id="t" name="办" xmlns:c="http://camunda.org/schema/1.0/bpmn" c:class="X"/>',
            ("t", "不支持的属性 {http://camunda.org/schema/1.0/bpmn}class"),
        ),
        ('<businessRuleTask id="t" name="办" xy:decision="none"/>', ("t", "决策表 none 没有载入")),
        ('<callActivity id="t" name="办" calledElement="none"/>', ("t", "被调用的流程 none 没有载入")),
        ('<userTask id="t" name="办"/>', ("t", "没有放在泳道中，不知道由谁办理")),
        ('<userTask id="t" name="办" xy:outcomes="pass"/>', ("t", "办理结果“pass”应写作 代码：名称，且代码不重复")),
        ('<userTask id="t" name="办" xy:limit="五"/>', ("t", "环节时限应为工作日数，现为“五”")),
        (
            '<userTask id="t" name="办"><multiInstanceLoopCharacteristics/></userTask>',
            ("t", "多实例应有且只有 xy:collection 或 loopCardinality 之一"),
        ),
        (
            '<userTask id="t" name="办"><standardLoopCharacteristics/></userTask>',
            ("t", "含有不支持的内容 standardLoopCharacteristics"),
        ),
        ('<subProcess id="t" name="办" triggeredByEvent="true"/>', ("t", "不支持事件子流程")),
        ('<subProcess id="t" name="办"/>', ("t", "应有且只有一个开始事件，实有0个")),
        (
            '<laneSet id="l2"><lane id="t" name="承办人"/></laneSet>',
            ("t", "泳道应以 xy:role 指明一个或两个（以/分隔）角色代码"),
        ),
        (
            '<laneSet id="l2"><lane id="t" name="x" xy:role="x"><flowNodeRef>no</flowNodeRef></lane></laneSet>',
            ("t", "泳道引用了不存在的节点 no"),
        ),
    ],
)
def test_refused(part: str, found: tuple[str, str]) -> None:
    assert found in problems_of(with_part(part))


def test_gateway_faults() -> None:
    sketch = Sketch().start().gateway("g", default="none").gateway("h", "parallel").user("a", outcomes="ok:好").end()
    sketch.line("start", "a", "g").flow("g", "h", id_="bare").flow("g", "end", "outcome == 'okay'", id_="typo")
    sketch.flow("h", "end", "1 == 1", id_="cond").flow("h", "a", id_="back").flow("g", "a", "= =", id_="broken")
    sketch.flow("g", "a", "steps.nobody.outcome == 'ok'", id_="step")
    found = dict(problems_of(sketch.xml()))
    assert found["g"] == "默认连线 none 不是它的出口"
    assert found["bare"] == "网关的这条出口既没有条件也不是默认连线"
    assert found["cond"].startswith("这条连线不能有条件")
    assert found["typo"] == "条件引用了没有任何环节给出的办理结果 okay"
    assert found["step"] == "条件引用了不存在的环节 nobody"
    assert found["broken"] == "条件不能解析。表达式“= =”写法不完整或有误。"


def test_gateway_without_default() -> None:
    sketch = Sketch().start().gateway("g").user("a").end().line("start", "g").flow("g", "a", "x == 1")
    assert ("g", "网关没有默认连线") in problems_of(sketch.flow("g", "end", "x == 2").line("a", "end").xml())


def test_no_way_out() -> None:
    sketch = Sketch().start().user("a").gateway("m").user("b").end().line("start", "m", "a", "b", "m")
    found = problems_of(sketch.xml())
    assert ("a", "无法到达结束事件") in found
    assert ("end", "从开始事件无法到达") in found
    assert ("b", "没有出口连线") in problems_of(Sketch().start().user("b").end().line("start", "b").xml())


def test_flow_across_a_subprocess() -> None:
    inside = Sketch().start("s2").user("x").end("e2").line("s2", "x", "e2")
    sketch = Sketch().start().sub("sub", inside).end().line("start", "sub", "end").flow("x", "end", id_="cross")
    assert ("cross", "连线不能跨越子流程的边界") in problems_of(sketch.xml())


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        ("<definitions", "不是有效的XML"),
        ("<html/>", "根元素不是 BPMN 2.0 的 definitions"),
        ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><definitions/>', "不允许使用文档类型声明"),
        ("x" * 2_000_001, "文件超过2 MB"),
        (simple("a").xml().replace("<process ", "<process id='q'/><process "), "应有且只有一个 process，实有2个"),
        ("", "不是有效的XML"),
    ],
)
def test_not_bpmn(xml: str, reason: str) -> None:
    [(_, found)] = problems_of(xml)
    assert found.startswith(reason)


def test_two_pools_are_refused() -> None:
    sketch = simple("a")
    sketch.top.append(
        '<collaboration id="c"><participant id="x"/><participant id="y"/><messageFlow id="m"/></collaboration>'
    )
    assert problems_of(sketch.xml()) == [("m", "不支持的元素 messageFlow"), ("c", "只能有一个参与者（池）")]


@pytest.mark.django_db
def test_load_refuses_all_at_once_and_writes_nothing() -> None:
    sketch = simple("a").service("s", "t.unknown")
    sketch.parts.append(MESSAGE_TASK)
    with pytest.raises(BpmnRefused) as caught:
        load(sketch)
    assert {problem.element_id for problem in caught.value.problems} == {"s", "t"}
    assert caught.value.text.startswith("流程文件有4处错误，未载入：第")
    assert "t“普通任务”：不支持的元素 task" in caught.value.text
    assert ProcessDefinition.objects.count() == 0


@pytest.mark.django_db
def test_same_file_again_is_no_new_version() -> None:
    first, again = load(simple("a")), load(simple("a"))
    assert (first, first.version) == (again, 1)
    second = load(simple("a", "b"))
    assert second.version == 2
    assert api.get_definition(key="p") == second
    assert api.list_definitions() == [second]


@pytest.mark.django_db
def test_processes_that_call_each_other_load_together() -> None:
    sketch = (
        Sketch("one").start().add("callActivity", "c", name="c", calledElement="two").end().line("start", "c", "end")
    )
    with pytest.raises(BpmnRefused, match="two 没有载入"):
        load(sketch)
    assert api.load_process(xml=sketch.xml(), siblings={"two"}, at=AT).key == "one"


def test_durations() -> None:
    assert parse_duration("P1Y2M3DT4H5M6S").after(AT).isoformat() == "2027-05-05T05:05:06+00:00"
    assert parse_duration("P2W").days == 14
    assert parse_duration("P1M").after(AT.replace(month=1, day=31)).day == 28
    for text in ("", "P", "PT", "30", "P-1D", "P1H", "P999Y"):
        assert parse_duration(text) is None
