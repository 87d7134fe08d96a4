"""Completed cases and reasons for tests."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.apps import apps
from django.conf import settings

from xiangyun.engagement.reviews.packs import load_reasons
from xiangyun.foundation.accounts.tests.factories import actor_for, make_official, make_person
from xiangyun.foundation.packs.api import PackFile, clear_content_caches
from xiangyun.kit.actors import Actor
from xiangyun.service.items.tests.factories import find_handling_item, load_sample_library

AT = datetime(2026, 11, 20, 6, 5, tzinfo=UTC)
_numbers = count(1)


def make_reasons() -> None:
    """Load the pack's reasons, and its messages."""
    load_reasons(PackFile(root=settings.XIANGYUN_PACK, name="review_reasons.yaml", at=AT))
    template = apps.get_model("messaging", "Template")
    template.objects.get_or_create(
        code="review_invited",
        defaults={
            "title": "请评价本次服务",
            "body": "“{item}”（{number}）已办结",
            "fields": ["item", "number"],
            "channels": [],
        },
    )
    clear_content_caches()


def make_case(*, user: Any = None, firm: Any = None, handled_by: Any = None) -> Any:
    """A completed case of 食品经营许可, with the acts of one official."""
    if not apps.get_model("items", "HandlingItem").objects.exists():
        load_sample_library()
    item = find_handling_item("食品经营许可证核发", name="新办")
    department = (
        apps.get_model("organisations", "Department").objects.select_related("region").get(pk=item.department_id)
    )
    number = next(_numbers)
    case = apps.get_model("cases", "Case").objects.create(
        project_no=f"P{number:06}",
        query_code=f"Q{number:06}",
        request_id=f"r{number}",
        handling_item_id=item.id,
        item_name="食品经营许可（新办）",
        task_version=1,
        department=department,
        region_path=department.region.path,
        department_path=department.path,
        applicant_kind="2" if firm else "1",
        applicant_user=user,
        applicant_firm=firm,
        applicant_name=firm.name if firm else "王小明",
        applicant_code="220102199001011234",
        applicant_code_index=f"{number:064}",
        source="1",
        status="completed",
        created_at=AT - timedelta(days=10),
        accepted_at=AT - timedelta(days=8),
        completed_at=AT,
    )
    if handled_by is not None:
        apps.get_model("cases", "CaseAct").objects.create(
            case=case,
            act="decide_case",
            name="决定",
            actor_user=handled_by,
            actor_name="李示例",
            is_official=True,
            at=AT,
        )
    return case


def make_citizen() -> tuple[Any, Actor]:
    """A citizen's account and actor."""
    user = make_person()
    return user, actor_for(user)


def make_staff() -> tuple[Any, Actor]:
    """An official's account and actor."""
    user = make_official()
    return user, actor_for(user)
