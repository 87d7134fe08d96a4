"""The door of organisations: departments, halls, posts."""

from xiangyun.foundation.organisations.operations import appoint, create_post, end_holding
from xiangyun.foundation.organisations.queries import (
    DepartmentRef,
    HallRef,
    PostRef,
    WindowRef,
    find_department,
    get_department,
    list_departments,
    list_halls,
    list_post_holders,
    list_posts,
)

__all__ = [
    "DepartmentRef",
    "HallRef",
    "PostRef",
    "WindowRef",
    "appoint",
    "create_post",
    "end_holding",
    "find_department",
    "get_department",
    "list_departments",
    "list_halls",
    "list_post_holders",
    "list_posts",
]
