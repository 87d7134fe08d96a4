"""Seals for the tests of this and upper apps."""

from datetime import UTC, date, datetime
from typing import Any

from xiangyun.foundation.organisations.models import Department
from xiangyun.foundation.regions.models import Region
from xiangyun.kit.actors import SYSTEM
from xiangyun.service.seals.api import make_demo_authority
from xiangyun.service.seals.models import SealScheme

AT = datetime(2026, 11, 20, 6, 5, tzinfo=UTC)
USCC = "11220104DM0000021L"


def make_region(code: str = "220104000000", name: str = "朝阳区") -> Region:
    """Return a county with its path."""
    region, _ = Region.objects.get_or_create(
        code=code,
        defaults={"name": name, "level": 3, "kind": "district", "path": f"{code}/", "valid_from": date(2000, 1, 1)},
    )
    return region


def make_department(**given: Any) -> Department:
    """Return a department of the county."""
    values: dict[str, Any] = {
        "code": USCC,
        "key": "scjg-220104",
        "name": "长春市朝阳区市场监督管理局",
        "short_name": "市场监管局",
        "kind": "机关",
        "level": "4",
        "path": "scjg/scjg-220104/",
        **given,
    }
    if "region" not in values:
        values["region"] = make_region()
    return Department.objects.create(**values)


def make_scheme(*, on_demand: bool = True) -> SealScheme:
    """Set up the demonstration authority and the way seals are made."""
    make_demo_authority(actor=SYSTEM, organization="吉林省电子印章认证中心", at=AT)
    scheme, _ = SealScheme.objects.update_or_create(
        name="demo",
        defaults={
            "center_text": "专用章",
            "valid_years": 5,
            "diameters": {"4": 42},
            "on_demand": on_demand,
            "is_demo": True,
        },
    )
    return scheme
