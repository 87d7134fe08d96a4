"""Seals for the tests of this and upper apps."""

from datetime import UTC, datetime
from typing import Any

from xiangyun.foundation.organisations.tests.factories import make_department as create_department
from xiangyun.foundation.regions.tests.factories import make_region
from xiangyun.kit.actors import SYSTEM
from xiangyun.service.seals.api import make_demo_authority
from xiangyun.service.seals.models import SealScheme

AT = datetime(2026, 11, 20, 6, 5, tzinfo=UTC)
USCC = "11220104DM0000021L"


def make_department(code: str = USCC, key: str = "scjg-220104") -> Any:
    """Return a department of 长春市朝阳区 with a known code."""
    region = make_region("220104", "朝阳区")
    return create_department(key, region, code=code, name="长春市朝阳区市场监督管理局", short_name="市场监管局")


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
