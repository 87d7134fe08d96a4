"""Reads of departments, halls and posts; departments are kept in the memory of the process."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from xiangyun.foundation.organisations.errors import UnknownDepartment
from xiangyun.foundation.organisations.models import Department, Hall, PostHolding, Window
from xiangyun.foundation.packs import api as packs
from xiangyun.foundation.regions import api as regions


@dataclass(frozen=True, kw_only=True, slots=True)
class DepartmentRef:
    """A department. `path` holds the codes of its line of business from the top, each followed by `/`."""

    id: int
    code: str
    key: str
    name: str
    short_name: str
    kind: str
    level: str
    region_id: int
    region_code: str
    region_path: str
    parent_id: int | None
    path: str
    lead_code: str
    address: str
    phone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WindowRef:
    """A counter of a hall."""

    id: int
    number: int
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HallRef:
    """A hall with its windows by number."""

    id: int
    key: str
    name: str
    region_code: str
    department_id: int
    address: str
    phone: str
    hours: str
    windows: list[WindowRef]


@dataclass(frozen=True, kw_only=True, slots=True)
class PostRef:
    """A post that somebody holds; `holding_id` is needed to end it."""

    id: int
    holding_id: int
    name: str
    duties: str
    department_id: int
    department_name: str
    user_id: int
    since: date
    until: date | None


_FIELDS = (
    "id", "code", "key", "name", "short_name", "kind", "level", "region_id", "region__code", "region__path",
    "parent_id", "path", "lead_code", "address", "phone",
)  # fmt: skip
_by_id: packs.ContentCache[int, DepartmentRef] = packs.ContentCache(limit=100_000)
_by_name: packs.ContentCache[tuple[str, str], DepartmentRef] = packs.ContentCache(limit=100_000)


def find_department(*, id: int | None = None, code: str | None = None, key: str | None = None) -> DepartmentRef | None:
    """Return the department of an id, a unified social credit code or a key of the pack; None if there is none."""
    if id is not None:
        return _by_id.peek(id) or _remember_one(Department.objects.filter(id=id))
    if code is not None:
        return _by_name.peek(("code", code)) or _remember_one(Department.objects.filter(code=code))
    return _by_name.peek(("key", key or "")) or _remember_one(Department.objects.filter(key=key or ""))


def get_department(*, id: int | None = None, code: str | None = None, key: str | None = None) -> DepartmentRef:
    """Return the department of an id, a unified social credit code or a key of the pack.

    Raises: UnknownDepartment.
    """
    department = find_department(id=id, code=code, key=key)
    if department is None:
        raise UnknownDepartment(department=id or code or key)
    return department


def list_departments(*, ids: Iterable[int] | None = None, level: int | str | None = None) -> list[DepartmentRef]:
    """Return departments: those of the ids, else those of a level (2 省 … 6 村) or all."""
    rows = Department.objects.all()
    if ids is not None:
        wanted = set(ids)
        missing = [number for number in wanted if _by_id.peek(number) is None]
        if missing:
            _remember(rows.filter(id__in=missing))
        return [department for number in sorted(wanted) if (department := _by_id.peek(number)) is not None]
    if level is not None:
        rows = rows.filter(level=str(level))
    return _remember(rows.order_by("id"))


def list_halls(*, region_code: str) -> list[HallRef]:
    """Return the halls of a division with their windows, in two queries."""
    region = regions.get_region(code=region_code)
    halls = Hall.objects.filter(region_id=region.id).order_by("id")
    windows: dict[int, list[WindowRef]] = {hall.id: [] for hall in halls}
    for window in Window.objects.filter(hall__in=windows).order_by("number"):
        windows[window.hall_id].append(WindowRef(id=window.id, number=window.number, name=window.name))
    return [
        HallRef(
            id=hall.id,
            key=hall.key,
            name=hall.name,
            region_code=region.code,
            department_id=hall.department_id,
            address=hall.address,
            phone=hall.phone,
            hours=hall.hours,
            windows=windows[hall.id],
        )
        for hall in halls
    ]


def list_posts(*, user_id: int, on: date) -> list[PostRef]:
    """Return the posts that a person holds on a day, the longest-held first."""
    return _holdings(PostHolding.objects.filter(user_id=user_id), on)


def list_post_holders(*, department_id: int, on: date) -> list[PostRef]:
    """Return who holds the posts of a department on a day."""
    return _holdings(PostHolding.objects.filter(post__department_id=department_id), on)


def _holdings(rows: QuerySet[PostHolding], on: date) -> list[PostRef]:
    current = rows.filter(Q(until=None) | Q(until__gte=on), since__lte=on)
    return [make_post_ref(holding) for holding in current.select_related("post__department").order_by("since", "id")]


def make_post_ref(holding: PostHolding) -> PostRef:
    """Copy a holding and its post into a value."""
    post = holding.post
    return PostRef(
        id=post.id,
        holding_id=holding.id,
        name=post.name,
        duties=post.duties,
        department_id=post.department_id,
        department_name=post.department.name,
        user_id=holding.user_id,
        since=holding.since,
        until=holding.until,
    )


def _remember_one(rows: QuerySet[Department]) -> DepartmentRef | None:
    found = _remember(rows)
    return found[0] if found else None


def _remember(rows: QuerySet[Department]) -> list[DepartmentRef]:
    found = []
    for values in rows.values_list(*_FIELDS):
        department = DepartmentRef(**dict(zip(_NAMES, values, strict=True)))
        _by_id.put(department.id, department)
        _by_name.put(("code", department.code), department)
        _by_name.put(("key", department.key), department)
        found.append(department)
    return found


_NAMES = tuple(field.replace("__", "_") for field in _FIELDS)
