"""A small published library: 食品经营许可 at cities and counties, 高龄津贴 at counties and towns."""

from datetime import UTC, datetime
from pathlib import Path

from xiangyun.foundation.packs import api as packs
from xiangyun.service.items import api as items

SAMPLE_PACK = Path(__file__).parent / "pack"
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
STREET, COUNTY, CITY, PROVINCE = "220102001000", "220102000000", "220100000000", "220000000000"


def load_sample_library(*, path: Path = SAMPLE_PACK, at: datetime = AT) -> packs.PackReport:
    """Load the sample pack with its divisions and bodies."""
    return packs.load_pack(path=path, demo=False, check=False, at=at)


def find_handling_item(title: str, *, name: str, region_code: str = COUNTY) -> items.HandlingItemRef:
    """Return a handling item of the body nearest to a division, by the guide's title and the item's name."""
    cards = items.list_services(region_code=region_code, limit=100).rows
    task_code = next(card.task_code for card in cards if card.title == title)
    choices = items.get_guide_page(task_code=task_code).handling_items
    return items.get_handling_item(code=next(choice.code for choice in choices if choice.name == name))
