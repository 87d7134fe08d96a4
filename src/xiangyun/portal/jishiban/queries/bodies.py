"""Which bodies carry an item out: those in charge of a place, and the places below it that have their own."""

import re
from dataclasses import dataclass

from xiangyun.foundation.regions import api as regions
from xiangyun.portal.jishiban.queries import places
from xiangyun.service.items import api as items

_ALL = 5_000
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

    @property
    def words(self) -> str:
        """What a word typed is looked for in."""
        return f"{self.ref.department_name} {self.region.full_name}"

    def begins_with(self, letters: str) -> bool:
        """Say whether the division's initials begin with what was typed: NG for 南关区."""
        return letters.isascii() and self.region.initials.upper().startswith(letters.upper())


@dataclass(frozen=True)
class Area:
    """A division in which bodies carry the item out."""

    region: regions.RegionRef
    count: int


@dataclass(frozen=True)
class Look:
    """The bodies as seen from one division: those in charge there, nearest first, and the divisions to go on to."""

    region: regions.RegionRef
    path: list[regions.RegionRef]
    in_charge: list[Body]
    areas: list[Area]
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


def list_all(*, catalog_code: str) -> list[Body]:
    """List all bodies of the province that carry an item out.

    Raises: ItemNotFound.
    """
    found = items.list_bodies(catalog_code=catalog_code, region_code=places.province().code, limit=_ALL)
    divisions = {ref.code: ref for ref in regions.list_regions(codes={body.region_code for body in found})}
    return [Body(body, divisions[body.region_code]) for body in found if body.region_code in divisions]


def look_at(*, bodies: list[Body], region: regions.RegionRef) -> Look:
    """Return what there is for a division.

    Where nothing lies below it, the divisions beside it are offered, so that one always gets on.
    """
    path = regions.list_path(code=region.code)
    in_charge = sorted(
        (body for body in bodies if region.path.startswith(body.region.path)), key=lambda body: -body.region.level
    )
    for parent in reversed(path):
        areas = _areas(bodies, parent)
        if areas and (parent.code == region.code or len(areas) > 1):
            return Look(region, path, in_charge, areas, parent)
    return Look(region, path, in_charge, [], region)


def _areas(bodies: list[Body], parent: regions.RegionRef) -> list[Area]:
    counts: dict[str, int] = {}
    for body in bodies:
        if body.region.path.startswith(parent.path) and body.region.path != parent.path:
            child = body.region.path[len(parent.path) :].split("/", 1)[0]
            counts[child] = counts.get(child, 0) + 1
    return [Area(child, counts[child.code]) for child in regions.list_regions(codes=sorted(counts))]


def find(*, bodies: list[Body], words: str) -> Found:
    """Return the bodies that fit what was typed, upper levels first; 长春南关 fits 长春市南关区 where nothing fits literally."""
    parts = words.split()
    fitting = [body for body in bodies if all(part in body.words or body.begins_with(part) for part in parts)]
    if not fitting:
        pattern = re.compile(".*".join(map(re.escape, "".join(parts))))
        fitting = [body for body in bodies if pattern.search(body.region.full_name)]
    fitting.sort(key=lambda body: (body.region.level, body.region.code))
    return Found(fitting[:_SHOWN], len(fitting))
