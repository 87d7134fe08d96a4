"""Who may do an item and whose desk it is on."""

import pytest

from xiangyun.foundation.access.tests.factories import actor_for, give, make_holder
from xiangyun.foundation.organisations.tests.factories import make_department
from xiangyun.foundation.regions.tests.factories import make_jilin
from xiangyun.foundation.workflow import api
from xiangyun.foundation.workflow.errors import NotACandidate
from xiangyun.foundation.workflow.models import WorkItem
from xiangyun.foundation.workflow.tests.factories import AT, Sketch, load, open_items, simple
from xiangyun.kit.actors import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def places() -> dict:
    regions = make_jilin()
    return {
        "province": regions["22"],
        "district": regions["220102"],
        "other": regions["220103"],
        "market": make_department("market", regions["220102"]),
        "health": make_department("health", regions["220102"]),
    }


def _start(places: dict, *, subject_id: int = 1) -> api.WorkItemRef:
    api.start_process(
        key="p",
        subject_type="test",
        subject_id=subject_id,
        variables={},
        region_path=places["district"].path,
        department_path=places["market"].path,
        actor=SYSTEM,
        at=AT,
    )
    return open_items(subject_id)[0]


@pytest.mark.parametrize(
    ("role", "region", "department", "allowed"),
    [
        ("handler", "district", "market", True),
        ("handler", "district", None, True),
        ("handler", "province", None, True),
        ("handler", "other", None, False),
        ("handler", "district", "health", False),
        ("checker", "district", "market", False),
    ],
)
def test_candidates(places: dict, role: str, region: str, department: str | None, allowed: bool) -> None:
    load(simple("a", "b"))
    item = _start(places)
    holder = make_holder()
    give(holder, role, places[region], places[department] if department else None)
    actor = actor_for(holder)
    assert [each.id for each in api.list_work_for(actor=actor)] == ([item.id] if allowed else [])
    assert api.count_work_for(actor=actor) == ({"": 1} if allowed else {})
    if allowed:
        api.complete_work_item(actor=actor, work_item_id=item.id, outcome="done", at=AT)
        row = WorkItem.objects.get(pk=item.id)
        assert (row.closed_by_id, row.closed_by_name) == (holder.pk, holder.real_name)
    else:
        with pytest.raises(NotACandidate):
            api.complete_work_item(actor=actor, work_item_id=item.id, outcome="done", at=AT)
        assert [each.id for each in open_items()] == [item.id]


def test_two_roles_of_a_lane(places: dict) -> None:
    sketch = simple("a")
    sketch.role = "window_clerk/chief_representative"
    load(sketch)
    item = _start(places)
    delegate = make_holder()
    give(delegate, "chief_representative", places["district"], places["market"])
    assert [each.id for each in api.list_work_for(actor=actor_for(delegate))] == [item.id]
    api.complete_work_item(actor=actor_for(delegate), work_item_id=item.id, outcome="done", at=AT)


def test_applicant_is_let_through_and_not_named(places: dict) -> None:
    load(Sketch(role="applicant").start().user("a").end().line("start", "a", "end"))
    item = _start(places)
    person = make_holder("王示例")
    person.is_official = False
    actor = actor_for(person)
    assert api.list_work_for(actor=actor) == []
    api.complete_work_item(actor=actor, work_item_id=item.id, outcome="done", at=AT)
    assert WorkItem.objects.get(pk=item.id).closed_by_name == "申请人"


def test_item_given_to_a_person_is_on_their_desk_only(places: dict) -> None:
    load(Sketch().start().many("sign", over="people").end().line("start", "sign", "end"))
    one, other = make_holder(), make_holder()
    give(other, "handler", places["district"])
    api.start_process(
        key="p",
        subject_type="test",
        subject_id=1,
        variables={"people": [{"user_id": one.pk}]},
        region_path=places["district"].path,
        department_path=places["market"].path,
        actor=SYSTEM,
        at=AT,
    )
    assert len(api.list_work_for(actor=actor_for(one))) == 1
    assert api.list_work_for(actor=actor_for(other)) == []


def test_desk_costs_two_statements(places: dict, django_assert_num_queries) -> None:
    load(simple("a", "b"))
    holder = make_holder()
    give(holder, "handler", places["district"], places["market"])
    give(holder, "checker", places["other"])
    for subject_id in (1, 2, 3):
        _start(places, subject_id=subject_id)
        with django_assert_num_queries(2):
            assert len(api.list_work_for(actor=actor_for(holder))) == subject_id
