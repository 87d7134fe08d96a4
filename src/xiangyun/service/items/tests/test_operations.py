"""Publishing needs the right, the power list and clean checks; suspension works at once; every act is on record."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.packs.api import clear_content_caches
from xiangyun.kit.actors import SYSTEM, Actor
from xiangyun.kit.errors import NotAllowed, ValidationError
from xiangyun.service.items import api
from xiangyun.service.items.errors import ItemNotFound, NotPublishable, WrongItemStatus
from xiangyun.service.items.models import Guide, Implementation
from xiangyun.service.items.tests.factories import AT, COUNTY, find_handling_item, load_sample_library

LATER = AT + timedelta(days=1)
NOBODY = Actor(user_id=1, name="甲", is_official=True)
ACTS: list[Callable[..., None]] = [
    api.suspend_implementation,
    api.restore_implementation,
    api.cancel_implementation,
]


@pytest.fixture
def task(db: None) -> Implementation:
    load_sample_library()
    item = find_handling_item("食品经营许可证核发", name="新办")
    return Implementation.objects.get(id=item.implementation_id)


def _draft(task: Implementation) -> Implementation:
    values = {f.attname: getattr(task, f.attname) for f in Implementation._meta.concrete_fields if f.attname != "id"}
    return Implementation.objects.create(**{**values, "version": task.version + 1, "status": "draft"})


def test_publish_replaces_the_version_in_force(task: Implementation) -> None:
    draft = _draft(task)
    api.publish_implementation(actor=SYSTEM, implementation_id=draft.id, at=LATER)
    task.refresh_from_db()
    draft.refresh_from_db()
    assert (task.status, draft.status, draft.published_at) == ("past", "published", LATER)
    record = audit.list_records(subject_type="items.implementation", subject_id=draft.id)[0]
    assert (record.action, record.details) == (
        "items.publish_implementation",
        {"before": "draft", "after": "published"},
    )
    with pytest.raises(WrongItemStatus, match="已发布"):
        api.publish_implementation(actor=SYSTEM, implementation_id=draft.id, at=LATER)


def test_publish_lists_every_failed_check(task: Implementation) -> None:
    Guide.objects.filter(id=task.guide_id).update(
        promise_limit=30, remedy="", consult="来电", onsite_visits=1, accept_conditions=[], form_key=""
    )
    clear_content_caches()
    with pytest.raises(NotPublishable) as caught:
        api.publish_implementation(actor=SYSTEM, implementation_id=_draft(task).id, at=LATER)
    fields = [problem["field"] for problem in caught.value.details["problems"]]
    assert fields == [
        "promise_limit", "steps", "onsite_reason", "online_depth", "consult", "accept_conditions", "remedy", "form_key"
    ]  # fmt: skip


def test_publish_needs_a_power(task: Implementation) -> None:
    draft = _draft(task)
    Implementation.objects.filter(id=draft.id).update(level="2")  # the power list names cities and counties
    with pytest.raises(NotPublishable) as caught:
        api.publish_implementation(actor=SYSTEM, implementation_id=draft.id, at=LATER)
    assert caught.value.details["problems"][0]["field"] == "power"


def test_suspend_restore_cancel(task: Implementation) -> None:
    item = find_handling_item("食品经营许可证核发", name="新办")
    api.suspend_implementation(actor=SYSTEM, implementation_id=task.id, reason="系统升级", at=LATER)
    with pytest.raises(api.ItemNotPublished):
        api.get_handling_item(code=item.code, must_be_published=True)
    page = api.get_guide_page(task_code=item.task_code)
    assert (page.is_open, page.status_reason) == (False, "系统升级")
    api.restore_implementation(actor=SYSTEM, implementation_id=task.id, reason="升级完成", at=LATER)
    api.get_handling_item(code=item.code, must_be_published=True)
    api.cancel_implementation(actor=SYSTEM, implementation_id=task.id, reason="法律修改", at=LATER)
    with pytest.raises(WrongItemStatus):
        api.restore_implementation(actor=SYSTEM, implementation_id=task.id, reason="再开", at=LATER)
    assert [r.reason for r in audit.list_records(subject_type="items.implementation")] == [
        "法律修改",
        "升级完成",
        "系统升级",
    ]


def test_lists_forget_a_suspended_body(
    task: Implementation, django_capture_on_commit_callbacks: "pytest.FixtureRequest"
) -> None:
    def level() -> str:
        cards = api.list_services(region_code=COUNTY).rows
        return next(card.level for card in cards if card.title == "食品经营许可证核发")

    assert level() == "4"
    with django_capture_on_commit_callbacks(execute=True):
        api.suspend_implementation(actor=SYSTEM, implementation_id=task.id, reason="搬迁", at=LATER)
    assert level() == "3"  # the city's body stands in


@pytest.mark.parametrize("act", ACTS)
def test_acts_need_right_reason_and_row(task: Implementation, act: Callable[..., None]) -> None:
    with pytest.raises(NotAllowed):
        act(actor=NOBODY, implementation_id=task.id, reason="x", at=LATER)
    with pytest.raises(ItemNotFound):
        act(actor=SYSTEM, implementation_id=0, reason="x", at=LATER)
    if act is api.restore_implementation:
        Implementation.objects.filter(id=task.id).update(status="suspended")
    with pytest.raises(ValidationError):
        act(actor=SYSTEM, implementation_id=task.id, reason=" ", at=LATER)


def test_publish_needs_the_right(task: Implementation) -> None:
    with pytest.raises(NotAllowed):
        api.publish_implementation(actor=NOBODY, implementation_id=_draft(task).id, at=LATER)
