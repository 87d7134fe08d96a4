"""Assemble a small TrueType font from ready glyph records: what fontTools does in a second, in about a millisecond.

Only what readers of embedded fonts need is written: no hinting, no layout tables. The same glyphs give the same bytes.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

_EPOCH = 3_600_000_000  # a fixed creation time (seconds since 1904): a font's bytes depend on its glyphs alone
_MAGIC = 0x5F0F3CF5


class Glyph(NamedTuple):
    """One outline: its `glyf` record (simple, no instructions), advance width and left side bearing in font units."""

    record: bytes
    advance: int
    bearing: int
    points: int
    contours: int


@dataclass(frozen=True)
class FontMetrics:
    """What the subset inherits from its source."""

    name: str
    units_per_em: int
    ascender: int
    descender: int
    is_bold: bool = False


def build_font(metrics: FontMetrics, notdef: Glyph, glyphs: Sequence[tuple[int, Glyph]]) -> bytes:
    """Return the font file for (code point, glyph) pairs sorted by code point; glyph 0 is `notdef`."""
    drawn = [notdef, *(glyph for _, glyph in glyphs)]
    codes = [code for code, _ in glyphs]
    records, offsets, position = [], [0], 0
    for glyph in drawn:
        record = glyph.record + b"\0" * (-len(glyph.record) % 4)
        records.append(record)
        position += len(record)
        offsets.append(position)
    tables = {
        b"OS/2": _os2(metrics, codes),
        b"cmap": _cmap(codes),
        b"glyf": b"".join(records) or b"\0\0\0\0",
        b"head": _head(metrics),
        b"hhea": _hhea(metrics, drawn),
        b"hmtx": b"".join(struct.pack(">Hh", glyph.advance, glyph.bearing) for glyph in drawn),
        b"loca": struct.pack(f">{len(offsets)}I", *offsets),
        b"maxp": _maxp(drawn),
        b"name": _name(metrics),
        b"post": struct.pack(">IIhhIIIII", 0x00030000, 0, -100, 50, 0, 0, 0, 0, 0),
    }
    return _assemble(tables)


def _assemble(tables: dict[bytes, bytes]) -> bytes:
    count = len(tables)
    power = count.bit_length() - 1
    header = struct.pack(">IHHHH", 0x00010000, count, 16 << power, power, 16 * count - (16 << power))
    directory, bodies, position = [], [], 12 + 16 * count
    for tag, body in sorted(tables.items()):
        directory.append(struct.pack(">4sIII", tag, _checksum(body), position, len(body)))
        padded = body + b"\0" * (-len(body) % 4)
        bodies.append(padded)
        position += len(padded)
    font = bytearray(header + b"".join(directory) + b"".join(bodies))
    adjustment = (0xB1B0AFBA - _checksum(bytes(font))) & 0xFFFFFFFF
    index = sorted(tables).index(b"head")
    head_offset = struct.unpack_from(">I", font, 12 + 16 * index + 8)[0]
    struct.pack_into(">I", font, head_offset + 8, adjustment)
    return bytes(font)


def _checksum(body: bytes) -> int:
    padded = body + b"\0" * (-len(body) % 4)
    return sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF


def _head(metrics: FontMetrics) -> bytes:
    em = metrics.units_per_em
    return struct.pack(
        ">IIIIHHqqhhhhHHhhh",
        0x00010000, 0x00010000, 0, _MAGIC, 0x000B, em, _EPOCH, _EPOCH, -em, metrics.descender, 2 * em, metrics.ascender,
        1 if metrics.is_bold else 0, 6, 2, 1, 0,
    )  # fmt: skip


def _hhea(metrics: FontMetrics, drawn: Sequence[Glyph]) -> bytes:
    widest = max(glyph.advance for glyph in drawn)
    return struct.pack(
        ">IhhhHhhhhhhhhhhhH",
        0x00010000, metrics.ascender, metrics.descender, 0, widest, 0, 0, widest, 1, 0, 0, 0, 0, 0, 0, 0, len(drawn),
    )  # fmt: skip


def _maxp(drawn: Sequence[Glyph]) -> bytes:
    points, contours = max(glyph.points for glyph in drawn), max(glyph.contours for glyph in drawn)
    return struct.pack(">I14H", 0x00010000, len(drawn), points, contours, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0)


def _os2(metrics: FontMetrics, codes: Sequence[int]) -> bytes:
    first, last = (min(codes[0], 0xFFFF), min(codes[-1], 0xFFFF)) if codes else (0xFFFF, 0xFFFF)
    em = metrics.units_per_em
    return struct.pack(
        ">HhHHHhhhhhhhhhhh10sIIII4sHHHhhhHHIIhhHHH",
        3, em, 700 if metrics.is_bold else 400, 5, 0, em // 2, em // 2, 0, em // 8, em // 2, em // 2, 0, em // 3,
        em // 20, em // 4, 0,
        b"\0" * 10, 0, 0x08000000, 0, 0, b"XYUN", 0x20 if metrics.is_bold else 0x40, first, last,
        metrics.ascender, metrics.descender, 0, metrics.ascender, -metrics.descender, 0x00040001, 0,
        em // 2, em * 7 // 10, 0, 32, 1,
    )  # fmt: skip


def _name(metrics: FontMetrics) -> bytes:
    style = "Bold" if metrics.is_bold else "Regular"
    texts = [
        (1, metrics.name),
        (2, style),
        (3, f"{metrics.name} subset"),
        (4, metrics.name),
        (5, "1.0"),
        (6, metrics.name),
    ]
    records, storage = b"", b""
    for identifier, text in texts:
        encoded = text.encode("utf-16-be")
        records += struct.pack(">HHHHHH", 3, 1, 0x0409, identifier, len(encoded), len(storage))
        storage += encoded
    return struct.pack(">HHH", 0, len(texts), 6 + len(records)) + records + storage


def _cmap(codes: Sequence[int]) -> bytes:
    basic = [(code, index) for index, code in enumerate(codes, start=1) if code < 0xFFFF]
    full = b"".join(struct.pack(">III", code, code, index) for index, code in enumerate(codes, start=1))
    format12 = struct.pack(">HHIII", 12, 0, 16 + len(full), 0, len(codes)) + full
    format4 = _format4(basic)
    header = struct.pack(">HH", 0, 2)
    offset = len(header) + 16
    return (
        header
        + struct.pack(">HHI", 3, 1, offset)
        + struct.pack(">HHI", 3, 10, offset + len(format4))
        + format4
        + format12
    )


def _format4(pairs: Sequence[tuple[int, int]]) -> bytes:
    """One segment a character: subsets are scattered, and a character costs eight bytes either way."""
    segments = [(code, code, (index - code) & 0xFFFF) for code, index in pairs] + [(0xFFFF, 0xFFFF, 1)]
    count = len(segments)
    power = count.bit_length() - 1
    search = 2 << power
    ends = b"".join(struct.pack(">H", end) for end, _, _ in segments)
    starts = b"".join(struct.pack(">H", start) for _, start, _ in segments)
    deltas = b"".join(struct.pack(">H", delta) for _, _, delta in segments)
    body = struct.pack(">HHHH", count * 2, search, power, count * 2 - search) + ends + b"\0\0" + starts + deltas
    body += b"\0\0" * count
    return struct.pack(">HHH", 4, 6 + len(body), 0) + body
