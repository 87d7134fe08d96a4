"""The guide page of one body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xiangyun.foundation.regions import api as regions
from xiangyun.service.items.errors import ItemNotFound
from xiangyun.service.items.models import HandlingItem, Implementation
from xiangyun.service.items.queries.bodies import BodyRef, refs_of
from xiangyun.service.items.queries.content import GuideContent, MaterialRef, get_content
from xiangyun.service.items.queries.situations import Question, choose_materials, list_questions


@dataclass(frozen=True, kw_only=True)
class HandlingChoice:
    """A handling item to click."""

    id: int
    code: str
    serial: str
    name: str
    full_name: str
    kind: str


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
    bodies = refs_of(_list_on_the_way(row))
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


def _list_on_the_way(row: Implementation) -> list[Implementation]:
    """List the row and the same item's other published bodies above it, nearest first."""
    upwards = regions.list_path(code=regions.get_region(id=row.region_id).code)
    others = Implementation.objects.filter(
        catalog_id=row.catalog_id, status=Implementation.Status.PUBLISHED, region_id__in=[ref.id for ref in upwards]
    ).exclude(id=row.id)
    return [row, *others.select_related("department").order_by("-level")]


def _choice(item: HandlingItem) -> HandlingChoice:
    return HandlingChoice(
        id=item.id, code=item.code, serial=item.serial, name=item.name, full_name=item.full_name, kind=item.kind
    )
