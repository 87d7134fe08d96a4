"""Fine line work for the faces of certificates: wave borders, rosettes, code squares, all as vector paths."""

import math
from collections.abc import Sequence

from .model import Color, PathObject, rectangle

_BULGE = 1.35  # control points of one cubic that follows half a sine


def wave_border(
    width: float, height: float, margin: float, band: float, color: Color, light: Color, strands: int = 4
) -> list[PathObject]:
    """Return a frame of interlaced waves between an outer and an inner rule, with a rosette on each corner."""
    outer, inner = margin, margin + band
    objects = [
        rectangle(outer, outer, width - 2 * outer, height - 2 * outer, color, None, 0.7),
        rectangle(inner, inner, width - 2 * inner, height - 2 * inner, color, None, 0.35),
        rectangle(inner + 1, inner + 1, width - 2 * inner - 2, height - 2 * inner - 2, light, None, 0.2),
    ]
    middle = margin + band / 2
    for strand in range(strands):
        data = _strand(width, height, middle, band * 0.42, strand / strands)
        objects.append(PathObject(0, 0, width, height, data, color if strand % 2 else light, None, 0.18))
    for x in (middle, width - middle):
        objects += [rosette(x, y, band * 0.62, color, 8, 0.16) for y in (middle, height - middle)]
    return objects


def rosette(x: float, y: float, radius: float, color: Color, petals: int = 12, line_width: float = 0.2) -> PathObject:
    """Return a hypotrochoid around the point: closed loops that a copier blurs."""
    steps = petals * 24
    points = []
    for step in range(steps):
        angle = 2 * math.pi * step / steps
        reach = radius * (0.62 + 0.38 * math.cos(petals * angle))
        turn = angle + 0.35 * math.sin(petals * angle)
        points.append((radius + reach * math.cos(turn), radius + reach * math.sin(turn)))
    data = "M " + " L ".join(f"{px:.2f} {py:.2f}" for px, py in points) + " C"
    return PathObject(x - radius, y - radius, 2 * radius, 2 * radius, data, color, None, line_width)


def code_square(rows: Sequence[bytes], x: float, y: float, size: float, color: Color = (0, 0, 0)) -> PathObject:
    """Return a two-dimensional code (rows of 0 and 1) as one path, dark modules of a row joined."""
    edges = [f"{index * size / len(rows):.2f}" for index in range(len(rows) + 1)]
    pieces = []
    for line, row in enumerate(rows):
        start = None
        for column, dark in enumerate((*row, 0)):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                left, right, top, bottom = edges[start], edges[column], edges[line], edges[line + 1]
                pieces.append(f"M {left} {top} L {right} {top} L {right} {bottom} L {left} {bottom} C")
                start = None
    return PathObject(x, y, size, size, " ".join(pieces), None, color, 0)


def rounded(
    x: float, y: float, width: float, height: float, radius: float,
    stroke: Color | None, fill: Color | None, line_width: float = 0.3,
) -> PathObject:  # fmt: skip
    """Return a rectangle with round corners."""
    r, w, h = radius, width, height
    k = r * 0.4477  # distance of control points from the corner
    data = (
        f"M {r:g} 0 L {w - r:g} 0 B {w - k:g} 0 {w:g} {k:g} {w:g} {r:g} L {w:g} {h - r:g}"
        f" B {w:g} {h - k:g} {w - k:g} {h:g} {w - r:g} {h:g} L {r:g} {h:g} B {k:g} {h:g} 0 {h - k:g} 0 {h - r:g}"
        f" L 0 {r:g} B 0 {k:g} {k:g} 0 {r:g} 0 C"
    )
    return PathObject(x, y, width, height, data, stroke, fill, line_width)


def _strand(width: float, height: float, middle: float, amplitude: float, phase: float) -> str:
    """One wave along all four sides; whole periods a side, so that it meets itself at the corners."""
    pieces = []
    for horizontal, length in ((True, width - 2 * middle), (False, height - 2 * middle)):
        count = max(2, round(length / 4.5))
        half = length / count
        for side in (0.0, 1.0):
            offset = middle + side * ((height if horizontal else width) - 2 * middle)
            pieces.append(_wave(middle, offset, half, count, amplitude * math.cos(math.pi * phase), horizontal))
    return " ".join(pieces)


def _wave(start: float, offset: float, half: float, count: int, amplitude: float, horizontal: bool) -> str:
    def point(along: float, across: float) -> str:
        return f"{along:.1f} {across:.1f}" if horizontal else f"{across:.1f} {along:.1f}"

    pieces = [f"M {point(start, offset)}"]
    for index in range(count):
        at, bend = start + index * half, offset + amplitude * _BULGE * (1 if index % 2 else -1)
        pieces.append(f"B {point(at + half * 0.36, bend)} {point(at + half * 0.64, bend)} {point(at + half, offset)}")
    return " ".join(pieces)
