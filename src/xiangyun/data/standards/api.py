"""The door of standards: data elements and code tables."""

from xiangyun.data.standards.queries import (
    CodeValueRef,
    ElementRef,
    find_element,
    list_code_values,
    list_elements,
)

__all__ = [
    "CodeValueRef",
    "ElementRef",
    "find_element",
    "list_code_values",
    "list_elements",
]
