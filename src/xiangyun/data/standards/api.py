"""The door of standards: data elements and code tables."""

from xiangyun.data.standards.queries import (
    CodeValueRef,
    ElementRef,
    find_code_name,
    find_element,
    get_element,
    list_code_values,
    list_elements,
)

__all__ = [
    "CodeValueRef",
    "ElementRef",
    "find_code_name",
    "find_element",
    "get_element",
    "list_code_values",
    "list_elements",
]
