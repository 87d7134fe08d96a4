"""The power list comes from the catalog and tells who may do what at which level."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from xiangyun.foundation.packs import api as packs
from xiangyun.service.powers import api
from xiangyun.service.powers.models import PowerEntry

SAMPLE = Path(__file__).parents[2] / "items" / "tests" / "pack"
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loaded() -> None:
    packs.load_pack(path=SAMPLE, demo=False, check=False, at=AT)


def test_entry_of_a_catalog_item() -> None:
    entry = api.find_power_entry(catalog_code="220131005000")
    assert entry is not None
    assert (entry.name, entry.type_name, entry.levels) == ("食品经营许可", "行政许可", ["3", "4"])
    assert entry.responsibility == "受理责任\n决定责任"
    assert entry.accountability == "超过期限不作出决定的"
    assert entry.published_on == date(2025, 12, 31)


def test_level_and_day_decide() -> None:
    assert api.find_power_entry(catalog_code="220131005000", level="4") is not None
    assert api.find_power_entry(catalog_code="220131005000", level="2") is None
    assert api.find_power_entry(catalog_code="220131005000", on=date(2025, 1, 1)) is None
    assert api.find_power_entry(catalog_code="000000000000") is None


def test_cancelled_entry_empowers_nobody() -> None:
    PowerEntry.objects.update(status=PowerEntry.Status.CANCELLED)
    packs.clear_content_caches()
    assert api.find_power_entry(catalog_code="220131005000") is None
