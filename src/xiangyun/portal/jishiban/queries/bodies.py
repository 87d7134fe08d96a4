"""Which bodies carry an item out: those in charge of a place, and the places below it that have their own."""

from dataclasses import dataclass

from xiangyun.foundation.regions import api as regions
from xiangyun.portal.jishiban.queries import places
from xiangyun.service.items import api as items

_SHOWN = 30


@dataclass(frozen=True)
class Body:
    """A body with the division it is in charge of."""

    ref: items.BodyRef
    region: regions.RegionRef

    @property
    def place(self) -> str:
        """The division with those above it, without the province."""
        return self.region.full_name.removeprefix(places.province().name) or self.region.name


@dataclass(frozen=True)
class Look:
    """The bodies as seen from one division: those in charge there, nearest first, and the divisions to go on to."""

    region: regions.RegionRef
    path: list[regions.RegionRef]
    in_charge: list[Body]
    areas: list[regions.RegionRef]
    area_of: regions.RegionRef

    @property
    def nearest(self) -> list[Body]:
        """The bodies in charge that are closest to the division, where others are above them."""
        levels = {body.region.level for body in self.in_charge}
        return [body for body in self.in_charge if len(levels) > 1 and body.region.level == max(levels)]


@dataclass(frozen=True)
class Found:
    """The bodies that fit what was typed; `total` counts also those not shown."""

    rows: list[Body]
    total: int


def look_at(*, catalog_code: str, region: regions.RegionRef) -> Look:
    """Return what there is for a division.

    Where nothing lies below it, the divisions beside it are offered, so that one always gets on.

    Raises: ItemNotFound.
    """
    path = regions.list_path(code=region.code)
    in_charge = _bodies(items.list_bodies_in_charge(catalog_code=catalog_code, region_code=region.code))
    for parent in reversed(path):
        areas = items.list_divisions_with_bodies(catalog_code=catalog_code, region_code=parent.code)
        if areas and (parent in (region, path[0]) or len(areas) > 1):
            return Look(region, path, in_charge, areas, parent)
    return Look(region, path, in_charge, [], region)


def find(*, catalog_code: str, words: str) -> Found:
    """Return the bodies that fit what was typed, upper levels first.

    Raises: ItemNotFound.
    """
    rows, total = items.search_bodies(catalog_code=catalog_code, words=words, limit=_SHOWN)
    return Found(_bodies(rows), total)


def _bodies(refs: list[items.BodyRef]) -> list[Body]:
    divisions = {ref.code: ref for ref in regions.list_regions(codes={ref.region_code for ref in refs})}
    return [Body(ref, divisions[ref.region_code]) for ref in refs if ref.region_code in divisions]
