"""Makers of departments, kinds and papers for tests."""

from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.conf import settings

from xiangyun.foundation.documents import api as documents
from xiangyun.foundation.documents.packs import load_papers
from xiangyun.foundation.packs.api import PackFile, clear_content_caches
from xiangyun.foundation.regions.tests.factories import make_jilin

AT = datetime(2026, 11, 20, 6, 5, tzinfo=UTC)
SEAL = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
    b'<circle cx="50" cy="50" r="46" fill="none" stroke="#c1272d" stroke-width="4"/></svg>'
)
DATA = {
    "applicant_name": "长春市𠮷㛃餐饮有限公司",
    "item_name": "食品经营许可（新办）",
    "project_no": "11220100MB0000001X4000131001000202611200001",
    "query_code": "222611200001234",
    "received_on": "2026-11-10",
    "accepted_on": "2026-11-11",
    "promise_limit": "10个工作日",
}


def make_kinds() -> None:
    """Load the pack's kinds of papers."""
    load_papers(PackFile(root=settings.XIANGYUN_PACK, name="papers.yaml", at=AT))
    clear_content_caches()


def make_department(key: str = "scjg-220100", region: str = "2201", name: str = "长春市市场监督管理局") -> Any:
    """A department in the small province."""
    place = make_jilin()[region]
    model = apps.get_model("organisations", "Department")
    found, _ = model.objects.get_or_create(
        key=key,
        defaults={
            "code": f"D{key}"[:18],
            "name": name,
            "kind": "市县部门",
            "level": "3",
            "region_id": place.pk,
            "path": f"{key}/",
        },
    )
    clear_content_caches()
    return found


def issue(department: Any, kind: str = "acceptance", at: datetime = AT, **changes: Any) -> documents.DocumentRef:
    """A paper about record 7."""
    return documents.create_document(
        kind=kind,
        department_id=department.pk,
        department_code=department.code,
        title="食品经营许可（新办）",
        data=DATA | changes,
        subject_type="tests.record",
        subject_id=7,
        at=at,
    )
