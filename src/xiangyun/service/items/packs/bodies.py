"""Which departments carry an item out: province, cities and counties by kind of body, towns and villages by kind of unit."""

from collections import defaultdict
from functools import cached_property

from xiangyun.foundation.organisations import api as organisations
from xiangyun.service.items.models import CatalogEntry
from xiangyun.service.items.operations.rollout import Body

_LEVELS = {"province": (2,), "local": (3, 4), "town": (5,), "village": (6,)}


class BodyFinder:
    """Finds bodies by the catalog's `exercise`: `{province: key, local: key, town: key, village: key}`."""

    def __init__(self, *, hours: str, window: str) -> None:
        """Take the hours and the window that hold where a body has none of its own."""
        self._hours, self._window = hours, window
        self._found: dict[int, list[Body]] = {}

    def list_bodies(self, catalog: CatalogEntry) -> list[Body]:
        """List the bodies at the levels that the catalog names."""
        if catalog.id not in self._found:
            self._found[catalog.id] = [
                self._body(department)
                for place, levels in _LEVELS.items()
                for level in levels
                if str(level) in catalog.levels
                for department in self._by_kind.get((level, catalog.exercise.get(place, "")), [])
            ]
        return self._found[catalog.id]

    @cached_property
    def _by_kind(self) -> dict[tuple[int, str], list[organisations.DepartmentRef]]:
        """All departments by level and kind; a key is `<kind>` in the province, `<kind>-<region>` below."""
        found: dict[tuple[int, str], list[organisations.DepartmentRef]] = defaultdict(list)
        for levels in _LEVELS.values():
            for level in levels:
                for department in organisations.list_departments(level=level):
                    found[level, department.key.rsplit("-", 1)[0]].append(department)
        return found

    def _body(self, department: organisations.DepartmentRef) -> Body:
        return Body(
            department_id=department.id,
            uscc=department.code,
            level=str(department.level),
            region_id=department.region_id,
            address=department.address,
            phone=department.phone,
            hours=self._hours,
            window=self._window,
        )
