"""The door of regions."""

from xiangyun.foundation.regions.queries import (
    RegionRef,
    find_region,
    find_successor,
    full_name,
    get_region,
    get_region_on,
    list_by_level,
    list_children,
    list_path,
    list_regions,
)

__all__ = [
    "RegionRef",
    "find_region",
    "find_successor",
    "full_name",
    "get_region",
    "get_region_on",
    "list_by_level",
    "list_children",
    "list_path",
    "list_regions",
]
