"""Who carries an item out: the bodies in charge of a division, the divisions below it that have some, those a name finds."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import CharField, Func, Q, QuerySet, Value
from django.db.models.functions import Substr

from xiangyun.foundation.regions import api as regions
from xiangyun.service.items.errors import ItemNotFound
from xiangyun.service.items.models import CatalogEntry, Implementation

LEVEL_NAMES = {"1": "国家级", "2": "省级", "3": "市级", "4": "县级", "5": "乡镇（街道）级", "6": "村（社区）级"}


@dataclass(frozen=True, kw_only=True)
class BodyRef:
    """A body that carries an item out."""

    task_code: str
    department_id: int
    department_name: str
    region_code: str
    region_name: str
    level: str
    level_name: str
    address: str
    phone: str


def list_bodies(*, catalog_code: str, region_code: str, after: str = "", limit: int = 100) -> list[BodyRef]:
    """List the bodies at or below a division that carry an item out, from the task code after `after`.

    Raises: UnknownRegion, ItemNotFound.
    """
    region = regions.get_region(code=region_code)
    rows = _published(catalog_code).filter(region__path__startswith=region.path)
    return refs_of(rows.filter(task_code__gt=after).order_by("task_code")[:limit])


def list_bodies_in_charge(*, catalog_code: str, region_code: str) -> list[BodyRef]:
    """List the bodies that carry an item out for a division, its own first, then those above it.

    Raises: UnknownRegion, ItemNotFound.
    """
    upwards = [ref.id for ref in regions.list_path(code=region_code)]
    return refs_of(_published(catalog_code).filter(region_id__in=upwards).order_by("-level", "task_code"))


def list_divisions_with_bodies(*, catalog_code: str, region_code: str) -> list[regions.RegionRef]:
    """List the divisions right below one in which, or further below, bodies carry an item out.

    Raises: UnknownRegion, ItemNotFound.
    """
    path = regions.get_region(code=region_code).path
    child = Func(
        Substr("region__path", len(path) + 1), Value("/"), Value(1), function="split_part", output_field=CharField()
    )
    rows = _published(catalog_code).filter(region__path__startswith=path).exclude(region__path=path)
    return regions.list_regions(codes=sorted(rows.values_list(child, flat=True).distinct()))


def search_bodies(*, catalog_code: str, words: str, limit: int) -> tuple[list[BodyRef], int]:
    """Find bodies by parts of their or their division's name, or its initials: 长春 南关, NG; return some and how many.

    Where no name holds the parts, one that holds their characters in this order is taken: 长春南关 for 长春市南关区.

    Raises: ItemNotFound.
    """
    rows, parts = _published(catalog_code), words.split()
    fitting = rows
    for part in parts:
        named = Q(department__name__icontains=part) | Q(region__full_name__icontains=part)
        fitting = fitting.filter(named | Q(region__initials__istartswith=part) if part.isascii() else named)
    total = fitting.count()
    if not total:
        fitting = rows.filter(region__full_name__regex=".*".join(map(re.escape, "".join(parts))))
        total = fitting.count()
    return refs_of(fitting.order_by("level", "region__code", "task_code")[:limit]), total


def refs_of(rows: Iterable[Implementation]) -> list[BodyRef]:
    """Name department and division of each row."""
    found = list(rows)
    divisions = {ref.id: ref for ref in regions.list_regions(ids={row.region_id for row in found})}
    return [
        BodyRef(
            task_code=row.task_code,
            department_id=row.department_id,
            department_name=row.department.name,
            region_code=divisions[row.region_id].code,
            region_name=divisions[row.region_id].name,
            level=row.level,
            level_name=LEVEL_NAMES[row.level],
            address=row.address,
            phone=row.phone,
        )
        for row in found
    ]


def _published(catalog_code: str) -> QuerySet[Implementation]:
    catalog = CatalogEntry.objects.filter(catalog_code=catalog_code).first()
    if catalog is None:
        raise ItemNotFound(catalog_code=catalog_code)
    rows = Implementation.objects.filter(catalog=catalog, status=Implementation.Status.PUBLISHED)
    return rows.select_related("department")
