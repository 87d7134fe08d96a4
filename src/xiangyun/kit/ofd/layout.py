"""Lines from paragraphs: measuring, breaking by the rules of Chinese composition (GB/T 15834), aligning, shrinking."""

import re
from dataclasses import dataclass
from typing import Literal

from .model import BLACK, Color, TextObject
from .typefaces import Family, measure

NO_START = set("，。、；：？！）》」』】〕〉”’%‰℃…—·,.;:?!)]}")
NO_END = set("（《「『【〔〈“‘([{")
_WORD = re.compile(r"[0-9A-Za-z][0-9A-Za-z.,:/@_+%-]*|\s+|.", re.DOTALL)
_BASELINE = 0.88  # share of the size from the top of a line to its baseline
MIN_SCALE = 0.6


@dataclass(frozen=True)
class TextStyle:
    """How a box of text is set; `leading` is the distance of baselines in sizes."""

    size: float = 4.0
    family: Family = "serif"
    bold: bool = False
    color: Color = BLACK
    spacing: float = 0.0
    leading: float = 1.5
    align: Literal["left", "center", "right", "justify"] = "left"


def wrap(text: str, width: float, style: TextStyle) -> list[str]:
    """Break the text into lines no wider than `width`; line feeds in it are kept."""
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        lines.extend(_wrap_paragraph(paragraph, width, style))
    return lines


def text_box(
    text: str, x: float, y: float, width: float, style: TextStyle, height: float | None = None, tag: str = ""
) -> list[TextObject]:
    """Set the text below the point (x, y) in a box; with a height it is set smaller until it fits, to 60 % at most.

    Text that does not fit even then is cut with an ellipsis: nothing is drawn over its neighbours.
    """
    chosen, lines = style, wrap(text, width, style)
    scale = 1.0
    while height is not None and _height(lines, chosen) > height + 0.01 and scale > MIN_SCALE:
        scale = max(scale - 0.05, MIN_SCALE)
        chosen = _scaled(style, scale)
        lines = wrap(text, width, chosen)
    if height is not None:
        fitting = max(1, int((height - chosen.size) / (chosen.size * chosen.leading) + 1.001))
        if len(lines) > fitting:
            lines = [*lines[: fitting - 1], _cut(lines[fitting - 1], width, chosen)]
    step = chosen.size * chosen.leading
    return [
        _place(content, x, y + chosen.size * _BASELINE + index * step, width, chosen, tag, index == len(lines) - 1)
        for index, content in enumerate(lines)
        if content
    ]


def _place(content: str, x: float, y: float, width: float, style: TextStyle, tag: str, is_last: bool) -> TextObject:
    used = measure(content, style.size, style.family, style.bold, style.spacing)
    spacing, left = style.spacing, x
    if style.align == "center":
        left = x + (width - used) / 2
    elif style.align == "right":
        left = x + width - used
    elif style.align == "justify" and not is_last and len(content) > 1:
        spacing += max(0.0, width - used) / (len(content) - 1)
    return TextObject(left, y, content, style.size, style.family, style.bold, style.color, spacing, 255, tag)


def _wrap_paragraph(paragraph: str, width: float, style: TextStyle) -> list[str]:
    lines: list[str] = []
    current, used = "", 0.0
    for piece in _pieces(paragraph, width, style):
        wide = measure(piece, style.size, style.family, style.bold, style.spacing) + (style.spacing if current else 0)
        if current and used + wide > width + 0.001 and not piece.isspace():
            keep, carry = _split_end(current, piece)
            lines.append(keep.rstrip())
            current = (carry + piece).lstrip()
            used = measure(current, style.size, style.family, style.bold, style.spacing)
        else:
            current, used = current + piece, used + wide
    lines.append(current.rstrip())
    return lines


def _split_end(current: str, following: str) -> tuple[str, str]:
    """Move the end of a line down when the next may not start with what follows, or this may not end so."""
    cut = len(current)
    start = following
    while cut > 1 and (start[0] in NO_START or current[cut - 1] in NO_END):
        cut -= 1
        start = current[cut]
    return (current[:cut], current[cut:]) if cut > 1 else (current, "")


def _pieces(paragraph: str, width: float, style: TextStyle) -> list[str]:
    """Unbreakable pieces: a word, a number, one Chinese character; a word wider than the box is cut by character."""
    pieces: list[str] = []
    for piece in _WORD.findall(paragraph):
        if len(piece) > 1 and measure(piece, style.size, style.family, style.bold, style.spacing) > width:
            pieces.extend(piece)
        else:
            pieces.append(piece)
    return pieces


def _scaled(style: TextStyle, scale: float) -> TextStyle:
    return TextStyle(
        style.size * scale, style.family, style.bold, style.color, style.spacing * scale, style.leading, style.align
    )


def _height(lines: list[str], style: TextStyle) -> float:
    return style.size + (len(lines) - 1) * style.size * style.leading


def _cut(content: str, width: float, style: TextStyle) -> str:
    while content and measure(content + "…", style.size, style.family, style.bold, style.spacing) > width:
        content = content[:-1]
    return content + "…"
