"""Where the visitor is served: where they are registered, or the city or county they chose, else the province."""

from dataclasses import dataclass

from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.regions import api as regions
from xiangyun.kit.actors import Actor


@dataclass(frozen=True)
class City:
    """A prefecture in the picker; opened where the choice lies in it."""

    name: str
    code: str
    is_open: bool


def province() -> regions.RegionRef:
    """Return the province of the loaded pack."""
    return regions.list_by_level(level=1)[0]


def chosen_region(code: str) -> regions.RegionRef:
    """Return the chosen region, the province where the choice is empty or no longer exists."""
    return region_or(code, province())


@dataclass(frozen=True)
class Home:
    """The division with which a visitor begins, and how it is known."""

    region: regions.RegionRef
    reason: str


def region_or(code: str, other: regions.RegionRef) -> regions.RegionRef:
    """Return the division of a code, another where there is none."""
    return (regions.find_region(code=code) if code.isdecimal() else None) or other


def home_of(*, actor: Actor | None, city: str) -> Home:
    """Return where the firm acted for or the person is registered; for others the city chosen on this device."""
    code, reason = _registered_at(actor)
    found = regions.find_region(code=code) if code else None
    return Home(found, reason) if found else Home(chosen_region(city), "您选择的城市")


def _registered_at(actor: Actor | None) -> tuple[str, str]:
    if actor is None or actor.is_official or actor.user_id is None:
        return "", ""
    if actor.firm_id is not None:
        return accounts.get_firm(actor.firm_id).region_code, "企业登记所在地"
    return accounts.get_user_profile(actor.user_id).household_region_code, "您的户籍所在地"


def list_cities(*, chosen: regions.RegionRef) -> list[tuple[City, list[regions.RegionRef]]]:
    """Return the prefectures with their counties."""
    cities = regions.list_children(code=province().code)
    return [
        (City(city.name, city.code, chosen.path.startswith(city.path)), regions.list_children(code=city.code))
        for city in cities
    ]
