"""The vendored fonts as sources of glyphs: outlines are converted once per process and kept."""

import struct
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from threading import Lock

from xiangyun.kit import fonts

from .truetype import FontMetrics, Glyph, build_font

Family = fonts.Family
_CURVE_ERROR = 1.0  # of 1000 units: cubic outlines become quadratic with less than a thousandth of the size in error


class Typeface:
    """One font file: measures characters and makes subsets."""

    def __init__(self, path: Path) -> None:
        """Open the file; outlines are read when first needed."""
        from fontTools.ttLib import TTFont

        self._font: TTFont = TTFont(path, lazy=True)
        self._characters: dict[int, str] = self._font.getBestCmap()
        self._glyphs: dict[int, Glyph] = {}
        self._outlines = self._font.getGlyphSet()
        # fontTools seeks in one file handle, and requests run in threads
        self._lock = Lock()
        bold = "Bold" in path.stem
        header = self._font["hhea"]
        self.units_per_em: int = self._font["head"].unitsPerEm
        self.metrics = FontMetrics(path.stem, self.units_per_em, header.ascent, header.descent, is_bold=bold)
        self._notdef = self._read(self._font.getGlyphOrder()[0])

    def advance(self, char: str) -> float:
        """Return the width of a character at size 1."""
        return self.glyph(ord(char)).advance / self.units_per_em

    def glyph(self, code: int) -> Glyph:
        """Return the outline of a code point; the empty box if the font lacks it."""
        known = self._glyphs.get(code)
        if known is None:
            name = self._characters.get(code)
            with self._lock:
                known = self._notdef if name is None else self._read(name)
            self._glyphs[code] = known
        return known

    def subset(self, characters: Iterable[str]) -> bytes:
        """Return a TrueType font of just these characters."""
        return build_font(
            self.metrics, self._notdef, [(code, self.glyph(code)) for code in sorted(map(ord, set(characters)))]
        )

    def _read(self, name: str) -> Glyph:
        advance, bearing = self._font["hmtx"][name]
        record = self._convert(name) if "CFF " in self._font else self._slice(name)
        contours = struct.unpack_from(">h", record)[0] if record else 0
        if contours < 0:
            record = self._convert(name)
            contours = struct.unpack_from(">h", record)[0]
        if record and "CFF " in self._font:
            bearing = struct.unpack_from(">h", record, 2)[0]
        last = struct.unpack_from(">H", record, 10 + 2 * (contours - 1))[0] + 1 if contours > 0 else 0
        return Glyph(record, advance, bearing, last, max(contours, 0))

    def _convert(self, name: str) -> bytes:
        from fontTools.pens.cu2quPen import Cu2QuPen
        from fontTools.pens.ttGlyphPen import TTGlyphPen

        glyphs = self._outlines
        is_cubic = "CFF " in self._font
        pen = TTGlyphPen(glyphs)
        if is_cubic:
            glyphs[name].draw(Cu2QuPen(pen, _CURVE_ERROR * self.units_per_em / 1000, reverse_direction=True))
        else:
            from fontTools.pens.recordingPen import DecomposingRecordingPen

            recording = DecomposingRecordingPen(glyphs)
            glyphs[name].draw(recording)
            recording.replay(pen)
        glyph = pen.glyph(dropImpliedOnCurves=True)
        return bytes(glyph.compile(None)) if glyph.numberOfContours else b""

    def _slice(self, name: str) -> bytes:
        """Take a TrueType record as it is: parsing the whole table of a 30 MB font would cost a second."""
        reader = self._font.reader
        index = self._font.getGlyphID(name)
        offsets = self._font["loca"]
        start, end = offsets[index], offsets[index + 1]
        reader.file.seek(reader.tables["glyf"].offset + start)
        return bytes(reader.file.read(end - start))


@cache
def typeface(path: Path) -> Typeface:
    """Return the one instance of a font file."""
    return Typeface(path)


@cache
def path_for(char: str, family: Family, bold: bool) -> Path:
    """Return the font file that draws the character in this family."""
    return fonts.font_for(char, family, bold=bold)


def runs(text: str, family: Family, bold: bool) -> list[tuple[Path, str]]:
    """Cut the text into pieces of one font each, combining marks with their base."""
    main = path_for("一", family, bold)
    if all(path_for(char, family, bold) is main for char in text):
        return [(main, text)] if text else []
    return list(fonts.font_runs(text, family, bold=bold))


@cache
def advance(char: str, family: Family, bold: bool) -> float:
    """Return the width of a character at size 1 in the font that will draw it."""
    return typeface(path_for(char, family, bold)).advance(char)


def measure(text: str, size: float, family: Family = "serif", bold: bool = False, spacing: float = 0.0) -> float:
    """Return the width of a line in millimetres."""
    return sum(advance(char, family, bold) for char in text) * size + spacing * max(len(text) - 1, 0)
