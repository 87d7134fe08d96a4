"""Reads of divisions; they change rarely and are kept in the memory of the process."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from xiangyun.foundation.packs import api as packs
from xiangyun.foundation.regions.errors import UnknownRegion
from xiangyun.foundation.regions.models import Region

CODE_LENGTH = 12
_SHORT_LENGTHS = (2, 4, 6, 9)


@dataclass(frozen=True, kw_only=True, slots=True)
class RegionRef:
    """A division: `path` holds the codes from the province down, each followed by `/`; `full_name` their names."""

    id: int
    code: str
    name: str
    level: int
    path: str
    full_name: str
    kind: str
    initials: str
    is_virtual: bool
    maps_to: str

    @property
    def parent_code(self) -> str:
        """The code above, empty for the province."""
        parts = self.path.rstrip("/").split("/")
        return parts[-2] if len(parts) > 1 else ""

    @property
    def short_code(self) -> str:
        """The 6-digit code of GB/T 2260 (of the county where the division lies below one)."""
        return self.code[:6]


@dataclass(frozen=True, kw_only=True, slots=True)
class RegionChoice:
    """A division in a picker, and whether there is a level below it."""

    code: str
    name: str
    initials: str
    level: int
    has_children: bool


_by_code: packs.ContentCache[str, RegionRef] = packs.ContentCache()
_by_id: packs.ContentCache[int, RegionRef] = packs.ContentCache()
_lists: packs.ContentCache[tuple[str, object], list[RegionRef]] = packs.ContentCache(limit=2_000)


def normalise_code(code: str) -> str:
    """Pad a 2-, 4-, 6- or 9-digit code to the 12 digits that are stored; leave anything else as it is."""
    code = code.strip()
    return code.ljust(CODE_LENGTH, "0") if len(code) in _SHORT_LENGTHS else code


def find_region(*, code: str | None = None, id: int | None = None) -> RegionRef | None:
    """Return the current division of a code (6, 9 or 12 digits), or any division by id; None if there is none."""
    if id is not None:
        return _by_id.peek(id) or _remember(Region.objects.filter(id=id))
    full = normalise_code(code or "")
    return _by_code.peek(full) or _remember(Region.objects.filter(code=full, valid_to=None))


def get_region(*, code: str | None = None, id: int | None = None) -> RegionRef:
    """Return the current division of a code (6, 9 or 12 digits), or any division by id.

    Raises: UnknownRegion.
    """
    region = find_region(code=code, id=id)
    if region is None:
        raise UnknownRegion(region=code or id)
    return region


def get_region_on(*, code: str, on: date) -> RegionRef:
    """Return the division that bore `code` on a day of the past: a moved one as it then was.

    Raises: UnknownRegion.
    """
    row = (
        Region.objects.filter(code=normalise_code(code))
        .filter(Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gt=on))
        .order_by("-valid_from")
        .first()
    )
    if row is None:
        raise UnknownRegion(region=code, on=on.isoformat())
    return _ref(row)


def find_successor(*, code: str) -> RegionRef | None:
    """Return the current division that took the place of an abolished code, over any number of changes."""
    seen: set[str] = set()
    current = normalise_code(code)
    while current not in seen:
        seen.add(current)
        if (region := find_region(code=current)) is not None:
            return region
        row = Region.objects.filter(code=current).exclude(replaced_by="").order_by("-valid_to").first()
        if row is None:
            return None
        current = row.replaced_by
    return None


def list_regions(*, ids: Iterable[int] | None = None, codes: Iterable[str] | None = None) -> list[RegionRef]:
    """Return the divisions of the ids or codes that exist, in the order asked for, with at most one query."""
    if ids is not None:
        wanted = list(ids)
        unknown = [number for number in wanted if _by_id.peek(number) is None]
        if unknown:
            _remember_all(Region.objects.filter(id__in=unknown))
        return [region for number in wanted if (region := _by_id.peek(number)) is not None]
    full = [normalise_code(code) for code in codes or ()]
    missing = [code for code in full if _by_code.peek(code) is None]
    if missing:
        _remember_all(Region.objects.filter(code__in=missing, valid_to=None))
    return [region for code in full if (region := _by_code.peek(code)) is not None]


def list_children(*, code: str) -> list[RegionRef]:
    """Return the current divisions directly below, by code; virtual nodes come last."""
    parent = get_region(code=code)
    rows = Region.objects.filter(parent_id=parent.id, valid_to=None).order_by("is_virtual", "code")
    return list(_lists.get(("children", parent.code), lambda: _remember_all(rows)))


def list_path(*, code: str) -> list[RegionRef]:
    """Return the chain from the province down to the division itself."""
    return list_regions(codes=get_region(code=code).path.rstrip("/").split("/"))


def full_name(*, code: str) -> str:
    """Return the name with those above it: 吉林省长春市南关区."""
    return get_region(code=code).full_name


def list_by_level(*, level: int) -> list[RegionRef]:
    """Return the current divisions of a level (1 省 … 5 村)."""
    rows = Region.objects.filter(level=level, valid_to=None).order_by("is_virtual", "code")
    return list(_lists.get(("level", level), lambda: _remember_all(rows)))


def list_choices(*, code: str, virtual: bool) -> list[RegionChoice]:
    """Return the divisions below `code` for a picker, with or without virtual nodes."""
    parent = get_region(code=code)
    below = Region.objects.filter(parent_id=OuterRef("id"), valid_to=None)
    rows = Region.objects.filter(parent_id=parent.id, valid_to=None).annotate(has_children=Exists(below))
    if not virtual:
        rows = rows.filter(is_virtual=False)
    return [
        RegionChoice(
            code=row.code, name=row.name, initials=row.initials, level=row.level, has_children=row.has_children
        )
        for row in rows.order_by("is_virtual", "code")
    ]


def _ref(row: Region) -> RegionRef:
    return RegionRef(
        id=row.id,
        code=row.code,
        name=row.name,
        level=row.level,
        path=row.path,
        full_name=row.full_name,
        kind=row.kind,
        initials=row.initials,
        is_virtual=row.is_virtual,
        maps_to=row.maps_to,
    )


def _remember(rows: Iterable[Region]) -> RegionRef | None:
    found = _remember_all(rows)
    return found[0] if found else None


def _remember_all(rows: Iterable[Region]) -> list[RegionRef]:
    found: list[RegionRef] = []
    for row in rows:
        ref = _ref(row)
        _by_id.put(ref.id, ref)
        if row.valid_to is None:
            _by_code.put(ref.code, ref)
        found.append(ref)
    return found
