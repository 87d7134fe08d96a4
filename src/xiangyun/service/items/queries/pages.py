"""The guide page of one body, and the bodies that carry out an item."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from xiangyun.foundation.regions import api as regions
from xiangyun.service.items.errors import ItemNotFound
from xiangyun.service.items.models import CatalogEntry, HandlingItem, Implementation
from xiangyun.service.items.queries.content import GuideContent, MaterialRef, get_content
from xiangyun.service.items.queries.situations import Question, choose_materials, list_questions

LEVEL_NAMES = {"1": "国家级", "2": "省级", "3": "市级", "4": "县级", "5": "乡镇（街道）级", "6": "村（社区）级"}


@dataclass(frozen=True, kw_only=True)
class HandlingChoice:
    """A handling item to click."""

    id: int
    code: str
    name: str
    full_name: str
    kind: str


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


@dataclass(frozen=True, kw_only=True)
class GuidePage:
    """The service guide of one body: the province's content and what is local.

    `materials` are those of `chosen` in the situation; without a chosen handling item all that the guide knows.
    """

    task_code: str
    version: int
    status: str
    status_reason: str
    is_open: bool
    content: GuideContent
    body: BodyRef
    hours: str
    window: str
    handling_items: list[HandlingChoice]
    chosen: HandlingChoice | None
    questions: list[Question]
    materials: Sequence[MaterialRef]
    other_bodies: list[BodyRef]

    @property
    def exempt_count(self) -> int:
        """How many of the materials need not be brought where the government holds them."""
        return sum(material.is_exempt for material in self.materials)


def get_guide_page(
    *, task_code: str, handle_item_code: str = "", situation: Mapping[str, str] | None = None
) -> GuidePage:
    """Return the guide page of a body's implementation, in force or suspended.

    Raises: ItemNotFound, UnknownSituation.
    """
    rows = Implementation.objects.filter(task_code=task_code, status__in=["published", "suspended"])
    row = rows.select_related("department").first()
    if row is None:
        raise ItemNotFound(task_code=task_code)
    content = get_content(row.guide_id)
    items = list(HandlingItem.objects.filter(implementation_id=row.id).order_by("serial"))
    picked = next((item for item in items if item.code == handle_item_code), None)
    if handle_item_code and picked is None:
        raise ItemNotFound(code=handle_item_code)
    if picked is None and len(items) == 1:
        picked = items[0]
    answers = situation or {}
    bodies = _bodies(_list_on_the_way(row))
    return GuidePage(
        task_code=row.task_code,
        version=row.version,
        status=row.status,
        status_reason=row.status_reason,
        is_open=row.status == Implementation.Status.PUBLISHED,
        content=content,
        body=next(body for body in bodies if body.task_code == row.task_code),
        hours=row.hours,
        window=row.window,
        handling_items=[_choice(item) for item in items],
        chosen=_choice(picked) if picked else None,
        questions=list_questions(content, picked.key, answers) if picked else [],
        materials=choose_materials(content, picked.key, answers) if picked else content.materials,
        other_bodies=[body for body in bodies if body.task_code != row.task_code],
    )


def list_bodies(*, catalog_code: str, region_code: str, after: str = "", limit: int = 100) -> list[BodyRef]:
    """List the bodies at or below a division that carry an item out, from the task code after `after`.

    Raises: UnknownRegion, ItemNotFound.
    """
    region = regions.get_region(code=region_code)
    catalog = CatalogEntry.objects.filter(catalog_code=catalog_code).first()
    if catalog is None:
        raise ItemNotFound(catalog_code=catalog_code)
    rows = Implementation.objects.filter(
        catalog=catalog, status=Implementation.Status.PUBLISHED, region__path__startswith=region.path
    ).select_related("department")
    return _bodies(rows.filter(task_code__gt=after).order_by("task_code")[:limit])


def _list_on_the_way(row: Implementation) -> list[Implementation]:
    """List the row and the same item's other published bodies above it, nearest first."""
    upwards = regions.list_path(code=regions.get_region(id=row.region_id).code)
    others = Implementation.objects.filter(
        catalog_id=row.catalog_id, status=Implementation.Status.PUBLISHED, region_id__in=[ref.id for ref in upwards]
    ).exclude(id=row.id)
    return [row, *others.select_related("department").order_by("-level")]


def _bodies(rows: Iterable[Implementation]) -> list[BodyRef]:
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


def _choice(item: HandlingItem) -> HandlingChoice:
    return HandlingChoice(id=item.id, code=item.code, name=item.name, full_name=item.full_name, kind=item.kind)
