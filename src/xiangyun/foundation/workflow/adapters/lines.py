"""Choosing the way of a line in a generated diagram: of a few right-angled routes the one that crosses least."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]

GAP = 30  # half of the free strip between two columns
_LEVELS = (18.0, 26.0, 34.0)  # distances at which lines pass below or above their ends, so that they do not merge


@dataclass
class Box:
    """A rectangle on the canvas."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> Point:
        """The centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    def shift(self, dx: float, dy: float) -> None:
        """Move the rectangle."""
        self.x, self.y = self.x + dx, self.y + dy


def choose_line(
    source: Box, target: Box, *, from_bottom: bool, others: Iterable[Box], drawn: Iterable[list[Point]]
) -> list[Point]:
    """Return the route between two boxes that crosses fewest boxes and runs least along lines already drawn.

    `from_bottom`: the line starts at a boundary event, which sits on the lower edge of its activity.
    """
    routes = list(_from_boundary(source, target) if from_bottom else _routes(source, target))
    blocks = [box for box in others if box is not source and box is not target]
    segments = [segment for line in drawn for segment in _segments(line)]
    starts, ends = source.width < 40 and not from_bottom, target.width < 40
    return min(routes, key=lambda route: _cost(route, blocks, segments, starts_in_event=starts, ends_in_event=ends))


def _routes(source: Box, target: Box) -> Iterator[list[Point]]:
    (sx, sy), (tx, ty) = source.middle, target.middle
    if target.x >= source.right:
        if sy == ty:
            yield [(source.right, sy), (target.x, ty)]
        else:
            if not source.y - 10 < ty < source.bottom + 10:
                yield [(sx, source.bottom if ty > sy else source.y), (sx, ty), (target.x, ty)]
            for turn in (source.right + GAP, target.x - GAP):
                yield [(source.right, sy), (turn, sy), (turn, ty), (target.x, ty)]
    elif abs(tx - sx) < 1 and abs(ty - sy) > 60:
        yield [(sx, source.bottom), (tx, target.y)] if ty > sy else [(sx, source.y), (tx, target.bottom)]
    if target.right <= source.x and abs(ty - sy) > 60:
        yield [(sx, source.bottom if ty > sy else source.y), (sx, ty), (target.right, ty)]
        yield [(source.x, sy), (tx, sy), (tx, target.y if ty > sy else target.bottom)]
    for level in _LEVELS:
        low, high = max(source.bottom, target.bottom) + level, min(source.y, target.y) - level
        yield [(sx, source.y), (sx, high), (tx, high), (tx, target.y)]
        yield [(sx, source.bottom), (sx, low), (tx, low), (tx, target.bottom)]


def _from_boundary(source: Box, target: Box) -> Iterator[list[Point]]:
    (sx, _), (tx, ty) = source.middle, target.middle
    for level in _LEVELS:
        low = source.bottom + level
        if target.x > source.right:
            turn = target.x - GAP
            yield [(sx, source.bottom), (sx, low), (turn, low), (turn, ty), (target.x, ty)]
        yield [(sx, source.bottom), (sx, low), (tx, low), (tx, target.bottom if ty < low else target.y)]


def _segments(line: list[Point]) -> list[tuple[Point, Point]]:
    return list(pairwise(line))


def _cost(
    route: list[Point],
    blocks: list[Box],
    drawn: list[tuple[Point, Point]],
    *,
    starts_in_event: bool,
    ends_in_event: bool,
) -> float:
    # a round node carries its name below: leave it sideways and do not come in from there
    cost = len(route) + 4.0 * (ends_in_event and route[-1][0] == route[-2][0])
    cost += 4.0 * (starts_in_event and route[0][0] == route[1][0])
    for (ax, ay), (bx, by) in _segments(route):
        left, right, top, bottom = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
        cost += (right - left + bottom - top) / 200
        for box in blocks:
            if left < box.right and right > box.x and top < box.bottom and bottom > box.y:
                cost += 100
        for (cx, cy), (dx, dy) in drawn:
            same_row = ay == by == cy == dy and left < max(cx, dx) and right > min(cx, dx)
            same_column = ax == bx == cx == dx and top < max(cy, dy) and bottom > min(cy, dy)
            # two lines on top of each other cannot be told apart
            cost += 6 * (same_row or same_column)
    return cost
