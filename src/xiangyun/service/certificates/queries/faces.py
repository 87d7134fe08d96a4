"""Draw the face of a certificate from its design in the pack (GB/T 36905: template, data, code with the identifier).

What is the same on every certificate of a type becomes a template that is serialised once per process.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import segno

from xiangyun.foundation.packs import api as packs
from xiangyun.kit.ofd import (
    Page,
    PathObject,
    Position,
    Template,
    TextObject,
    TextStyle,
    code_square,
    line,
    measure,
    rectangle,
    rosette,
    rounded,
    text_box,
    wave_border,
)
from xiangyun.kit.ofd.model import Color, PageObject

KINDS = ("rect", "border", "rosette", "line", "text", "field", "grid", "code", "portrait")
_STATIC = {"rect", "border", "rosette", "line", "portrait"}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_QUIET_MASK = 2  # trying all eight masks of the code would cost five times as much
_LABEL_COLOR, _RULE_COLOR = "#6b5d43", "#d9c9a3"
_MIN_SCALE = 0.6
_LABEL_GAP = 2


class FaceProblem(ValueError):
    """A design that cannot be drawn; the text says what is wrong with which item."""


@dataclass(frozen=True, kw_only=True)
class FaceFacts:
    """What is to be drawn: `texts` by placeholder, `values` by data element as displayed, `labels` in order."""

    type_name: str
    texts: Mapping[str, str]
    values: Mapping[str, str]
    labels: tuple[tuple[str, str], ...]
    code_content: str


@dataclass(frozen=True)
class ComposedFace:
    """A page ready to be written, and where the seal goes."""

    page: Page
    seal: Position


_templates: packs.ContentCache[tuple[str, str], Template] = packs.ContentCache(seconds=3600)


def compose_face(definition: Mapping[str, Any], facts: FaceFacts) -> ComposedFace:
    """Lay the facts out by the design.

    Raises: FaceProblem.
    """
    width, height = definition["page"]
    template = _templates.get(
        (definition["id"], facts.type_name), lambda: Template(_Drawing(facts, is_static=True).draw(definition["items"]))
    )
    objects = _Drawing(facts, is_static=False).draw(definition["items"])
    return ComposedFace(Page(width, height, objects, template), Position(0, *definition["seal"]))


@dataclass
class _Drawing:
    """One pass over the items: the static ones or the others."""

    facts: FaceFacts
    is_static: bool
    objects: list[PageObject] = field(default_factory=list)
    placed: set[str] = field(default_factory=set)

    def draw(self, items: list[dict[str, Any]]) -> list[PageObject]:
        self.placed = {item["element"] for item in items if item["kind"] == "field"}
        for number, item in enumerate(items, start=1):
            try:
                if self._is_mine(item):
                    getattr(self, f"_{item['kind']}")(item)
            except (KeyError, TypeError, ValueError) as error:
                raise FaceProblem(f"第{number}项（{item.get('kind', '?')}）无法绘制：{error}") from error
        return self.objects

    def _is_mine(self, item: dict[str, Any]) -> bool:
        kind = item["kind"]
        if kind not in KINDS:
            raise FaceProblem(f"未知的类别“{kind}”")
        if kind == "text":
            changing = set(_PLACEHOLDER.findall(item["text"])) - {"type_name"}
            return self.is_static is not bool(changing)
        if kind == "field":
            return True
        return self.is_static is (kind in _STATIC)

    def _rect(self, item: dict[str, Any]) -> None:
        x, y, width, height = item["box"]
        stroke, fill = _color(item.get("stroke")), _color(item.get("fill"))
        thickness = item.get("width", 0.3)
        if item.get("radius"):
            self.objects.append(rounded(x, y, width, height, item["radius"], stroke, fill, thickness))
        else:
            self.objects.append(rectangle(x, y, width, height, stroke, fill, thickness))

    def _border(self, item: dict[str, Any]) -> None:
        width, height = item["size"]
        color, light = _need(item["color"]), _need(item["light"])
        self.objects.extend(
            wave_border(width, height, item["margin"], item["band"], color, light, item.get("strands", 4))
        )

    def _rosette(self, item: dict[str, Any]) -> None:
        x, y = item["at"]
        self.objects.append(
            rosette(x, y, item["radius"], _need(item["color"]), item.get("petals", 12), item.get("width", 0.2))
        )

    def _line(self, item: dict[str, Any]) -> None:
        x1, y1, x2, y2 = item["points"]
        self.objects.append(line(x1, y1, x2, y2, _need(item.get("color", "#000000")), item.get("width", 0.3)))

    def _text(self, item: dict[str, Any]) -> None:
        texts = {"type_name": self.facts.type_name, **self.facts.texts}
        content = _PLACEHOLDER.sub(lambda found: texts[found.group(1)], item["text"])
        x, y, width, height = item["box"]
        if content.strip():
            self.objects.extend(text_box(content, x, y, width, _style(item), height))

    def _field(self, item: dict[str, Any]) -> None:
        """A label (static) and its value (not)."""
        x, y, width, height = item["box"]
        room = item.get("label_width", 0)
        if self.is_static:
            if item.get("label"):
                size, color = item.get("label_size", item.get("size", 4)), item.get("label_color", _LABEL_COLOR)
                style = _style({"color": color, "size": size, "family": item.get("family", "serif")})
                top = y + max(0.0, (item.get("size", 4) - style.size)) * 0.85
                self.objects.extend(
                    text_box(item["label"], x, top, room - _LABEL_GAP if room else width, style, height)
                )
            return
        value = self.facts.values.get(item["element"], "")
        if value:
            self.objects.extend(text_box(value, x + room, y, width - room, _style(item), height, tag=item["element"]))

    def _grid(self, item: dict[str, Any]) -> None:
        """All data that have no place of their own, in rows; long ones take a row for themselves."""
        rest = [(e, label, self.facts.values.get(e, "")) for e, label in self.facts.labels if e not in self.placed]
        entries = [entry for entry in rest if entry[2] and entry[0] not in item.get("without", ())]
        for scale in (1.0, 0.92, 0.85, 0.78, 0.7, _MIN_SCALE):
            cells = _arrange(entries, item, scale)
            if not cells or cells[-1].bottom <= item["box"][1] + item["box"][3] or scale == _MIN_SCALE:
                break
        for cell in cells:
            self.objects.extend(cell.draw(item))

    def _code(self, item: dict[str, Any]) -> None:
        x, y, size = item["box"]
        code = segno.make(self.facts.code_content, error="m", micro=False, mask=_QUIET_MASK, boost_error=False)
        self.objects.append(
            code_square([bytes(row) for row in code.matrix], x, y, size, _need(item.get("color", "#222222")))
        )

    def _portrait(self, item: dict[str, Any]) -> None:
        """A plain figure where a photo would stand: photos of people are not held by this platform."""
        x, y, width, height = item["box"]
        color = _need(item.get("color", "#d8dee8"))
        self.objects.append(rounded(x, y, width, height, 2, color, _need(item.get("fill", "#f4f7fb")), 0.3))
        head = width * 0.19
        self.objects.append(_circle(x + width / 2, y + height * 0.37, head, color))
        low, high, right = f"{height * 0.3:.2f}", f"{height * 0.02:.2f}", f"{width * 0.7:.2f}"
        shoulders = f"M 0 {low} B 0 {high} {right} {high} {right} {low} C"
        self.objects.append(
            PathObject(x + width * 0.15, y + height * 0.62, width * 0.7, height * 0.3, shoulders, None, color)
        )


@dataclass(frozen=True)
class _Cell:
    """One label with its value in a grid."""

    element: str
    label: str
    lines: list[TextObject]
    x: float
    y: float
    width: float
    size: float
    bottom: float

    def draw(self, item: dict[str, Any]) -> list[PageObject]:
        style = TextStyle(size=self.size * 0.9, family=item.get("label_family", "serif"), color=_need(_LABEL_COLOR))
        rule = _need(item.get("rule", _RULE_COLOR))
        room = item["label_width"] - _LABEL_GAP
        return [
            *text_box(self.label, self.x, self.y + self.size * 0.1, room, style, self.bottom - self.y),
            *self.lines,
            line(self.x, self.bottom - 1.2, self.x + self.width, self.bottom - 1.2, rule, 0.15),
        ]


def _arrange(entries: list[tuple[str, str, str]], item: dict[str, Any], scale: float) -> list[_Cell]:
    x, top, width, height = item["box"]
    columns, gap = item.get("columns", 2), item.get("gap", 8)
    column = (width - gap * (columns - 1)) / columns
    style = TextStyle(size=item.get("size", 4.4) * scale, leading=1.45, bold=bool(item.get("bold")))
    pad = item.get("pad", 5) * scale
    cells: list[_Cell] = []
    at, index = top, 0
    row_bottom = top
    for element, label, value in entries:
        wide = measure(value, style.size, style.family, style.bold) > column - item["label_width"] or "\n" in value
        if index and (wide or index >= columns):
            at, index = row_bottom, 0
        room = width if wide else column
        left = x + (0 if wide else index * (column + gap))
        lines = text_box(
            value,
            left + item["label_width"],
            at,
            room - item["label_width"],
            style,
            max(style.size, top + height - at),
            element,
        )
        used = style.size + (len(lines) - 1) * style.size * style.leading
        bottom = at + used + pad
        row_bottom = max(row_bottom, bottom) if index else bottom
        cells.append(_Cell(element, label, lines, left, at, room, style.size, bottom))
        index = columns if wide else index + 1
    return cells


def _circle(x: float, y: float, radius: float, fill: Color) -> PathObject:
    return rounded(x - radius, y - radius, 2 * radius, 2 * radius, radius, None, fill)


def _style(item: Mapping[str, Any]) -> TextStyle:
    return TextStyle(
        size=item.get("size", 4.0),
        family=item.get("family", "serif"),
        bold=bool(item.get("bold", False)),
        color=_need(item.get("color", "#1a1a1a")),
        spacing=item.get("spacing", 0.0),
        leading=item.get("leading", 1.45),
        align=item.get("align", "left"),
    )


def _need(text: str) -> Color:
    color = _color(text)
    if color is None:
        raise FaceProblem("缺少颜色")
    return color


def _color(text: str | None) -> Color | None:
    if text is None:
        return None
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise FaceProblem(f"颜色“{text}”应写作 #rrggbb")
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)
