"""Where the visitor wants to be served: the province until they choose a city or a county."""

from dataclasses import dataclass

from xiangyun.foundation.regions import api as regions


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
    found = regions.find_region(code=code) if code.isdecimal() else None
    return found or province()


def list_cities(*, chosen: regions.RegionRef) -> list[tuple[City, list[regions.RegionRef]]]:
    """Return the prefectures with their counties."""
    cities = regions.list_children(code=province().code)
    return [
        (City(city.name, city.code, chosen.path.startswith(city.path)), regions.list_children(code=city.code))
        for city in cities
    ]
