"""The Chinese fonts that come with the installation, so that papers are right on a machine without any font.

Noto CJK SC holds what people write daily, incl. Hangul; the rare fonts add CJK Extensions B to H (生僻字) beyond it.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal

Family = Literal["serif", "sans"]

FONT_FOLDER = Path(__file__).resolve().parent
SERIF = FONT_FOLDER / "NotoSerifCJKsc-Regular.otf"
SERIF_BOLD = FONT_FOLDER / "NotoSerifCJKsc-Bold.otf"
SANS = FONT_FOLDER / "NotoSansCJKsc-Regular.otf"
SANS_BOLD = FONT_FOLDER / "NotoSansCJKsc-Bold.otf"
RARE = (FONT_FOLDER / "HanaMinB.ttf", FONT_FOLDER / "HanaMinA.ttf", FONT_FOLDER / "BabelStoneHan.ttf")

# family names as Typst and OFD readers know them, in the order of fallback
SERIF_NAME = "Noto Serif CJK SC"
SANS_NAME = "Noto Sans CJK SC"
RARE_NAMES = ("HanaMinB", "HanaMinA", "BabelStone Han")

_CHAINS: dict[tuple[str, bool], tuple[Path, ...]] = {
    ("serif", False): (SERIF, *RARE),
    ("serif", True): (SERIF_BOLD, SERIF, *RARE),
    ("sans", False): (SANS, SERIF, *RARE),
    ("sans", True): (SANS_BOLD, SANS, SERIF, *RARE),
}


def font_for(char: str, family: Family = "serif", *, bold: bool = False) -> Path:
    """Return the file of the first font that draws the character.

    A character that no font has gets the family's own font, whose empty box shows that something is missing.
    """
    chain = _CHAINS[family, bold]
    code = ord(char)
    return next((path for path in chain if code in _characters(path)), chain[0])


def has_glyph(char: str) -> bool:
    """Say whether any of the fonts draws the character."""
    return any(ord(char) in _characters(path) for path in _CHAINS["serif", False])


def font_runs(text: str, family: Family = "serif", *, bold: bool = False) -> Iterator[tuple[Path, str]]:
    """Cut the text into the longest pieces that one font draws; marks and variation selectors stay with their base."""
    current: Path | None = None
    piece = ""
    for char in text:
        joined = current is not None and (unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Cf"})
        path = current if joined else font_for(char, family, bold=bold)
        if path != current and current is not None:
            yield current, piece
            piece = ""
        current, piece = path, piece + char
    if current is not None:
        yield current, piece


@cache
def _characters(path: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())
