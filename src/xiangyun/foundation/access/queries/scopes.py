"""Places in the trees of divisions and departments, and the condition that rows lie inside them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from xiangyun.foundation.organisations import api as organisations
from xiangyun.foundation.regions import api as regions


@dataclass(frozen=True)
class Scope:
    """A place in both trees by materialised path (each ending in `/`); an empty path stands for the whole tree."""

    region_path: str = ""
    department_path: str = ""

    @classmethod
    def of(cls, department: organisations.DepartmentRef) -> "Scope":
        """Return the place of a department in both trees."""
        return cls(department.region_path, department.path)

    def covers(self, other: "Scope") -> bool:
        """Say whether `other` lies inside this subtree.

        A row without a department lies only in grants on all departments: what has no owner is not everybody's.
        """
        return other.region_path.startswith(self.region_path) and other.department_path.startswith(self.department_path)


EVERYWHERE = Scope()


def scope_of(*, region_code: str, department_key: str | None = None) -> Scope:
    """Return the subtree of a division and, where given, a department; the top of the tree is the whole tree.

    Raises: UnknownRegion, UnknownDepartment.
    """
    region = regions.get_region(code=region_code)
    department = organisations.get_department(key=department_key) if department_key else None
    return subtree(region, department)


def subtree(region: regions.RegionRef, department: organisations.DepartmentRef | None) -> Scope:
    """Return the subtree of a division and a department; the top of the tree is the whole tree."""
    return Scope(region.path if region.parent_code else "", department.path if department else "")


def widest(scopes: Sequence[Scope]) -> list[Scope]:
    """Return the scopes without those that lie inside another one."""
    kept: list[Scope] = []
    for scope in sorted(set(scopes), key=lambda s: (len(s.region_path) + len(s.department_path), s.region_path)):
        if not any(wider.covers(scope) for wider in kept):
            kept.append(scope)
    return kept


def filter_for(
    scopes: Sequence[Scope], region_path: str = "region_path", department_path: str = "department_path"
) -> Q:
    """Return the condition that rows lie inside one of the scopes; the names are the columns (or joins) of paths."""
    if EVERYWHERE in scopes:
        return Q()
    condition = Q(pk__in=[])
    for scope in scopes:
        inside = Q(**{f"{region_path}__startswith": scope.region_path})
        if scope.department_path:
            inside &= Q(**{f"{department_path}__startswith": scope.department_path})
        condition |= inside
    return condition
