"""Multi-instance user tasks: together, one after another, until it is enough."""

import pytest

from xiangyun.foundation.workflow import api
from xiangyun.foundation.workflow.errors import NotACandidate, ProcessStuck, WorkItemClosed
from xiangyun.foundation.workflow.models import WorkItem
from xiangyun.foundation.workflow.tests.factories import AT, Sketch, do, load, open_items, open_nodes, start
from xiangyun.kit.actors import SYSTEM

pytestmark = pytest.mark.django_db

VOTES = "pass:同意,no:不同意"


def _load(*, sequential: bool = False, until: str = "", over: str = "bodies") -> None:
    sketch = Sketch().start().many("sign", over=over, sequential=sequential, until=until, outcomes=VOTES)
    sketch.gateway("g", default="f_z").user("z").user("again").end().line("start", "sign", "g")
    sketch.flow("g", "z", id_="f_z").flow("g", "again", "steps.sign.outcomes.no > 0")
    load(sketch.line("z", "end").line("again", "end"))


def test_all_at_once() -> None:
    _load()
    start(bodies=[{"department_path": "d/1/"}, {"department_path": "d/2/", "role": "checker"}, "三"])
    items = open_items()
    assert [(item.number, item.department_path, item.role) for item in items] == [
        (1, "d/1/", "handler"),
        (2, "d/2/", "checker"),
        (3, "d/", "handler"),
    ]
    for item in items[:2]:
        api.complete_work_item(actor=SYSTEM, work_item_id=item.id, outcome="pass", at=AT)
    assert open_nodes() == ["sign"]
    moved = do("sign", "no")
    assert [item.node_id for item in moved.opened] == ["again"]


def test_enough_cancels_the_rest() -> None:
    _load(until="mi.outcomes.pass >= 2")
    start(bodies=[1, 2, 3])
    rest = open_items()[2]
    do("sign", "pass")
    do("sign", "pass")
    assert open_nodes() == ["z"]
    with pytest.raises(WorkItemClosed, match="不需要再办理"):
        api.complete_work_item(actor=SYSTEM, work_item_id=rest.id, outcome="pass", at=AT)
    assert WorkItem.objects.get(pk=rest.id).state == "cancelled"


def test_one_after_another() -> None:
    _load(sequential=True, until="mi.outcomes.no > 0")
    start(bodies=["a", "b", "c"])
    assert [item.element for item in open_items()] == ["a"]
    do("sign", "pass")
    assert [(item.number, item.element) for item in open_items()] == [(2, "b")]
    do("sign", "no")
    assert open_nodes() == ["again"]


def test_by_number() -> None:
    inner = "<multiInstanceLoopCharacteristics><loopCardinality>n</loopCardinality></multiInstanceLoopCharacteristics>"
    load(Sketch().start().user("a", inner=inner).end().line("start", "a", "end"))
    start(n=2)
    assert open_nodes() == ["a", "a"]
    do("a")
    assert do("a").process.state == "completed"
    with pytest.raises(ProcessStuck, match="多实例"):
        start(n="many", subject_id=2)


def test_nobody_to_ask_is_passed() -> None:
    sketch = Sketch().start().many("sign", over="bodies").user("z").end()
    load(sketch.line("start", "sign", "z", "end"))
    start(bodies=[])
    assert open_nodes() == ["z"]


def test_named_person(django_user_model) -> None:
    from dataclasses import replace

    user = django_user_model.objects.create(username="u1")
    _load()
    start(bodies=[{"user_id": user.pk}])
    [item] = open_items()
    assert item.assignee_id == user.pk
    other = replace(SYSTEM, user_id=user.pk + 1, name="别人")
    with pytest.raises(NotACandidate):
        api.complete_work_item(actor=other, work_item_id=item.id, outcome="pass", at=AT)
    api.complete_work_item(actor=replace(other, user_id=user.pk), work_item_id=item.id, outcome="pass", at=AT)
    assert open_nodes() == ["z"]


def test_repeated_visit_counts_anew() -> None:
    sketch = Sketch().start().gateway("m").many("sign", over="bodies", outcomes=VOTES).gateway("g", default="f_e").end()
    sketch.line("start", "m", "sign", "g").flow("g", "m", "steps.sign.outcomes.no > 0").flow("g", "end", id_="f_e")
    load(sketch)
    start(bodies=[1, 2])
    do("sign", "no")
    do("sign", "pass")
    assert open_nodes() == ["sign", "sign"]
    do("sign", "pass")
    assert do("sign", "pass").process.state == "completed"
