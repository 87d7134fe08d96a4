"""Departments, posts and holders for tests."""

from itertools import count
from typing import TYPE_CHECKING, Any

from xiangyun.foundation.organisations.models import Department, Post
from xiangyun.foundation.packs.api import clear_content_caches
from xiangyun.kit.codes import make_uscc

if TYPE_CHECKING:
    from xiangyun.foundation.regions.models import Region

_serials = count(1)
_LEVELS = {1: "2", 2: "3", 3: "4", 4: "5", 5: "6"}


def make_department(key: str, region: "Region", *, parent: Department | None = None, **given: Any) -> Department:
    """Create a department of a division with a demonstration code; `given` overrides any column."""
    clear_content_caches()
    code = given.pop("code", None) or make_uscc("11", region.code[:6], f"TT{next(_serials):06d}")
    values: dict[str, Any] = {
        "name": f"{region.name}{key}",
        "short_name": key,
        "kind": "机关",
        "level": _LEVELS[region.level],
        "lead_code": "31",
        "is_demo_code": True,
        **given,
    }
    path = f"{parent.path if parent else ''}{code}/"
    return Department.objects.create(key=key, code=code, region=region, parent=parent, path=path, **values)


def make_post(department: Department, name: str = "窗口受理岗") -> Post:
    """Create a post of a department."""
    return Post.objects.create(department=department, name=name)
