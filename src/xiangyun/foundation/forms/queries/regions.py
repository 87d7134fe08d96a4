"""The choice of a division as plain selects: counties grouped by city at once, then one select a level below."""

from dataclasses import dataclass

from xiangyun.foundation.regions import api as regions

CITY, COUNTY = 2, 3
_LABELS = {2: "市（州）", 3: "县（市、区）", 4: "乡镇（街道）", 5: "村（社区）"}


@dataclass(frozen=True)
class RegionGroup:
    """Choices under one heading; an empty heading means none."""

    label: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RegionSelect:
    """One select."""

    label: str
    level: int
    value: str
    groups: tuple[RegionGroup, ...]


def region_name(code: str) -> str:
    """Return the full name of a division; a code that is no longer known is shown as it is."""
    region = regions.find_region(code=code)
    return region.full_name if region else code


def list_region_selects(*, value: str | None, level: int) -> list[RegionSelect]:
    """List the selects down to `level` as far as `value` leads; the next one appears when its upper level is chosen.

    So the choice also works without script: each post brings one level more.
    """
    chosen = regions.find_region(code=value) if value else None
    path = {region.level: region for region in regions.list_path(code=chosen.code)} if chosen else {}
    selects = [_first(level, path.get(min(level, COUNTY)))]
    for below in range(COUNTY + 1, level + 1):
        upper = path.get(below - 1)
        choices = _choices(upper.code, below) if upper else ()
        if not choices:
            break
        current = path.get(below)
        selects.append(
            RegionSelect(_LABELS[below], below, current.code if current else "", (RegionGroup("", choices),))
        )
    return selects


def _first(level: int, current: regions.RegionRef | None) -> RegionSelect:
    cities = [city for city in regions.list_by_level(level=CITY) if not city.is_virtual]
    if level == CITY:
        groups: tuple[RegionGroup, ...] = (RegionGroup("", tuple((city.code, city.name) for city in cities)),)
    else:
        below: dict[str, list[tuple[str, str]]] = {city.code: [] for city in cities}
        for county in regions.list_by_level(level=COUNTY):
            if not county.is_virtual and county.parent_code in below:
                below[county.parent_code].append((county.code, county.name))
        groups = tuple(RegionGroup(city.name, tuple(below[city.code])) for city in cities)
    shown = min(level, COUNTY)
    return RegionSelect(_LABELS[shown], shown, current.code if current else "", groups)


def _choices(code: str, level: int) -> tuple[tuple[str, str], ...]:
    found = regions.list_children(code=code)
    return tuple((each.code, each.name) for each in found if each.level == level and not each.is_virtual)
