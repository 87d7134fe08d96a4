"""What a fixed-layout document is made of; all lengths in millimetres, origin at the top left of the page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from .typefaces import Family

Color = tuple[int, int, int]
BLACK: Color = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class TextObject:
    """One line of text; `x`, `y` is where its baseline starts, `spacing` is added between characters.

    `tag` names the datum that the text shows, so that programs can read the face without guessing.
    """

    x: float
    y: float
    text: str
    size: float = 4.0
    family: Family = "serif"
    bold: bool = False
    color: Color = BLACK
    spacing: float = 0.0
    alpha: int = 255
    tag: str = ""


@dataclass(frozen=True, slots=True)
class PathObject:
    """A line drawing in the box at `x`, `y`; `data` uses M, L, Q, B (cubic), A and C (close) with box coordinates."""

    x: float
    y: float
    width: float
    height: float
    data: str
    stroke: Color | None = BLACK
    fill: Color | None = None
    line_width: float = 0.3
    alpha: int = 255


@dataclass(frozen=True, slots=True)
class ImageObject:
    """A PNG or JPEG picture stretched over the box."""

    x: float
    y: float
    width: float
    height: float
    data: bytes
    kind: Literal["PNG", "JPG"] = "PNG"
    alpha: int = 255


PageObject = TextObject | PathObject | ImageObject


@dataclass(frozen=True, eq=False)
class Template:
    """Objects that lie under many pages of many documents; serialised once per instance."""

    objects: Sequence[PageObject]


@dataclass(frozen=True)
class Page:
    """One page with its own size."""

    width: float
    height: float
    objects: Sequence[PageObject]
    template: Template | None = None


@dataclass(frozen=True)
class Attachment:
    """A file that travels inside the package."""

    name: str
    data: bytes
    kind: str = "XML"
    is_visible: bool = True


@dataclass(frozen=True)
class Document:
    """A document to be written; `metadata` becomes CustomDatas, in order."""

    document_id: str
    title: str
    created_at: datetime
    pages: Sequence[Page]
    author: str = ""
    subject: str = ""
    creator: str = "Xiangyun"
    metadata: dict[str, str] = field(default_factory=dict)
    attachments: Sequence[Attachment] = ()


def line(x1: float, y1: float, x2: float, y2: float, color: Color = BLACK, line_width: float = 0.3) -> PathObject:
    """Return a straight line."""
    left, top = min(x1, x2), min(y1, y2)
    data = f"M {x1 - left:g} {y1 - top:g} L {x2 - left:g} {y2 - top:g}"
    return PathObject(left, top, abs(x2 - x1), abs(y2 - y1), data, color, None, line_width)


def rectangle(
    x: float, y: float, width: float, height: float,
    stroke: Color | None = BLACK, fill: Color | None = None, line_width: float = 0.3,
) -> PathObject:  # fmt: skip
    """Return a rectangle."""
    data = f"M 0 0 L {width:g} 0 L {width:g} {height:g} L 0 {height:g} C"
    return PathObject(x, y, width, height, data, stroke, fill, line_width)
