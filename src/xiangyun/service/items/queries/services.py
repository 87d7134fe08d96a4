"""The hall's lists: what can be applied for, seen from one division, by theme, body, audience or words.

A service is a guide in force. From a town one sees what the town, its county, city and province carry out; where
several levels do, the nearest body is shown. The cards of a division are few and change rarely, so lists, pages and
counts are taken from memory.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import connection

from xiangyun.foundation.packs import api as packs
from xiangyun.foundation.regions import api as regions
from xiangyun.service.items.models import CatalogEntry, Guide, Implementation, Theme
from xiangyun.service.items.queries.content import get_content
from xiangyun.service.items.queries.words import latin_query, search_query

PERSON, ORGANISATION = "person", "org"
_FULLY_ONLINE = 4


@dataclass(frozen=True, kw_only=True)
class ServiceCard:
    """A service in a list; `task_code` is empty where no body on the way up from the division carries it out."""

    guide_id: int
    catalog_code: str
    title: str
    item_type_name: str
    audience: tuple[str, ...]
    person_themes: tuple[str, ...]
    org_themes: tuple[str, ...]
    task_code: str
    level: str
    department_id: int | None
    department_name: str
    region_name: str
    is_instant: bool
    promise_text: str
    legal_text: str
    fee: str
    online_depth: int
    onsite_visits: int
    material_count: int
    exempt_count: int
    handling_names: tuple[str, ...]

    @property
    def serves_persons(self) -> bool:
        """For natural persons."""
        return str(CatalogEntry.Audience.PERSON) in self.audience

    @property
    def serves_organisations(self) -> bool:
        """For legal persons and other organisations."""
        return any(code != CatalogEntry.Audience.PERSON for code in self.audience)

    @property
    def is_fully_online(self) -> bool:
        """全程网办."""
        return self.online_depth == _FULLY_ONLINE and self.onsite_visits == 0


@dataclass(frozen=True, kw_only=True)
class Facet:
    """A choice that narrows a list, and how many services it leaves."""

    code: str
    name: str
    icon: str
    count: int


@dataclass(frozen=True, kw_only=True)
class ServicePage:
    """A page of services: `total` of all pages, `next_after` for the next one, facets over the whole list."""

    rows: list[ServiceCard]
    total: int
    next_after: str
    themes: list[Facet]
    departments: list[Facet]
    is_loose: bool = False


_by_region: packs.ContentCache[str, list[ServiceCard]] = packs.ContentCache(seconds=60, limit=2000)
_themes: packs.ContentCache[str, list[Theme]] = packs.ContentCache(seconds=600)


def list_services(
    *,
    region_code: str,
    question: str = "",
    audience: str = "",
    theme: str = "",
    department_id: int | None = None,
    fully_online: bool = False,
    instant: bool = False,
    after: str = "",
    limit: int = 20,
) -> ServicePage:
    """List services seen from a division; `audience` is `person` or `org`, `after` the `next_after` of the page before.

    With a question the best match comes first, and where not every word is found, one is enough (`is_loose`).

    Raises: UnknownRegion.
    """
    cards = _cards_in(region_code)
    is_loose = False
    if question.strip():
        found, is_loose = _search(question)
        by_guide = {card.guide_id: card for card in cards}
        cards = [by_guide[guide_id] for guide_id in found if guide_id in by_guide]
    cards = [card for card in cards if _is_wanted(card, audience, fully_online, instant)]
    narrowed = [
        card
        for card in cards
        if (not theme or theme in _themes_of(card, audience))
        and (department_id is None or card.department_id == department_id)
    ]
    start = next((i + 1 for i, card in enumerate(narrowed) if card.catalog_code == after), 0) if after else 0
    rows = narrowed[start : start + limit]
    return ServicePage(
        rows=rows,
        total=len(narrowed),
        next_after=rows[-1].catalog_code if start + limit < len(narrowed) else "",
        themes=_count_themes(cards, audience),
        departments=_count_departments(cards),
        is_loose=is_loose,
    )


def list_themes(*, region_code: str, audience: str) -> list[Facet]:
    """List the themes of an audience that hold at least one service, with their counts.

    Raises: UnknownRegion.
    """
    cards = [card for card in _cards_in(region_code) if _is_wanted(card, audience, False, False)]
    return _count_themes(cards, audience)


def forget_lists() -> None:
    """Read the lists anew in this process (after a change of state); others follow within a minute."""
    _by_region.clear()


def _cards_in(region_code: str) -> list[ServiceCard]:
    region = regions.get_region(code=region_code)
    if region.is_virtual and region.maps_to:
        region = regions.get_region(code=region.maps_to)
    return _by_region.get(region.code, lambda: _read_cards(region))


def _read_cards(region: regions.RegionRef) -> list[ServiceCard]:
    """Take every guide in force and put to it the nearest body on the way up."""
    upwards = {ref.id: ref for ref in regions.list_path(code=region.code)}
    nearest: dict[int, Implementation] = {}
    rows = Implementation.objects.filter(region_id__in=upwards, status=Implementation.Status.PUBLISHED)
    for row in rows.select_related("department").order_by("level", "id"):
        nearest[row.guide_id] = row  # deeper levels come later and win
    cards = []
    for card in _base_cards():
        task = nearest.get(card.guide_id)
        if task is not None:
            card = replace(
                card,
                task_code=task.task_code,
                level=task.level,
                department_id=task.department_id,
                department_name=task.department.name,
                region_name=upwards[task.region_id].name,
            )
        cards.append(card)
    return cards


def _base_cards() -> list[ServiceCard]:
    rows = Guide.objects.filter(is_current=True, catalog__status="1").select_related("catalog").order_by("pinyin", "id")
    return [_base_card(row) for row in rows]


def _base_card(row: Guide) -> ServiceCard:
    content = get_content(row.id)
    return ServiceCard(
        guide_id=row.id,
        catalog_code=content.catalog_code,
        title=content.title,
        item_type_name=content.item_type_name,
        audience=content.audience,
        person_themes=tuple(row.catalog.person_themes),
        org_themes=tuple(row.catalog.org_themes),
        task_code="",
        level="",
        department_id=None,
        department_name="",
        region_name="",
        is_instant=content.is_instant,
        promise_text=content.promise_text,
        legal_text=content.legal_text,
        fee=content.fee,
        online_depth=content.online_depth,
        onsite_visits=content.onsite_visits,
        material_count=len(content.materials),
        exempt_count=sum(material.is_exempt for material in content.materials),
        handling_names=tuple(entry["name"] for entry in row.catalog.handling),
    )


def _is_wanted(card: ServiceCard, audience: str, fully_online: bool, instant: bool) -> bool:
    if audience == PERSON and not card.serves_persons:
        return False
    if audience == ORGANISATION and not card.serves_organisations:
        return False
    return (card.is_fully_online or not fully_online) and (card.is_instant or not instant)


def _themes_of(card: ServiceCard, audience: str) -> tuple[str, ...]:
    return card.org_themes if audience == ORGANISATION else card.person_themes


def _count_themes(cards: Iterable[ServiceCard], audience: str) -> list[Facet]:
    counts = Counter(code for card in cards for code in _themes_of(card, audience))
    rows = _themes.get("", lambda: list(Theme.objects.order_by("order")))
    return [
        Facet(code=row.code, name=row.name, icon=row.icon, count=counts[row.code])
        for row in rows
        if row.audience == (audience or PERSON) and counts[row.code]
    ]


def _count_departments(cards: Iterable[ServiceCard]) -> list[Facet]:
    counts = Counter((card.department_id, card.department_name) for card in cards if card.department_id)
    return [
        Facet(code=str(department_id), name=name, icon="", count=count)
        for (department_id, name), count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0][1]))
    ]


def _search(question: str) -> tuple[list[int], bool]:
    """Return ids of guides, best first, and whether the words had to be taken loosely."""
    if letters := latin_query(question):
        rows = Guide.objects.filter(is_current=True)
        by_initials = rows.filter(initials__contains=letters).order_by("id").values_list("id", flat=True)
        by_pinyin = rows.filter(pinyin__contains=letters).order_by("id").values_list("id", flat=True)
        if found := list(dict.fromkeys([*by_initials[:200], *by_pinyin[:200]])):
            return found, False
    for is_strict in (True, False):
        query = search_query(question, is_strict=is_strict)
        if query and (found := _match(query)):
            return found, not is_strict
    return [], False


def _match(query: str) -> list[int]:
    """Rank at most 1,000 matches: ranking reads each vector, and nobody pages further."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM (SELECT id, search FROM items_guide WHERE is_current AND search @@ %s::tsquery LIMIT 1000)"
            " matched ORDER BY ts_rank(search, %s::tsquery) DESC, id",
            [query, query],
        )
        return [row[0] for row in cursor.fetchall()]
