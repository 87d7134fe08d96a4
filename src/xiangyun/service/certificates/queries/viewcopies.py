"""View copies: the pages of a sealed OFD file drawn as PDF or picture, from the very bytes that were sealed.

A copy is for looking and printing; it carries no seal of its own and never replaces the file (GB/T 36905).
"""

import base64
import re
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape

from PIL import Image

from xiangyun.foundation.documents import api as documents
from xiangyun.kit.fonts import RARE_NAMES, SANS_NAME, SERIF_NAME
from xiangyun.kit.ofd import ImageObject, Parts, PathObject, TextObject, read_pages, unpack
from xiangyun.kit.ofd.model import Color, Page, PageObject
from xiangyun.kit.ofd.reader import part_xml
from xiangyun.kit.ofd.seal import parse_seal

_TEMPLATE = Path(__file__).resolve().parents[1] / "templates" / "certificates" / "view.typ"
_LETTER = re.compile(r"[BC]")
_NOTICE = "视读件，仅供查看和打印；以OFD原件为准"


def render_pdf(ofd: bytes) -> bytes:
    """Return the pages with the seals drawn on them, and at the foot of each what such a copy is worth."""
    return _render(ofd, _NOTICE, "pdf")


def render_picture(ofd: bytes) -> bytes:
    """Return the first page as PNG; a face has few colours, a palette of them weighs a third."""
    picture = Image.open(BytesIO(_render(ofd, "", "png"))).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small = BytesIO()
    picture.save(small, "PNG")
    return small.getvalue()


def _render(ofd: bytes, notice: str, kind: Literal["pdf", "png"]) -> bytes:
    parts = unpack(ofd)
    pages = [_page(page, _stamps(parts, number)) for number, page in enumerate(read_pages(parts))]
    return documents.render_pages(template=_template(), data={"notice": notice, "pages": pages}, kind=kind)[0]


@cache
def _template() -> str:
    return _TEMPLATE.read_text("utf-8")


def _page(page: Page, stamps: list[ImageObject]) -> dict[str, Any]:
    return {
        "width": page.width,
        "height": page.height,
        "drawing": _svg(page.width, page.height, page.objects),
        "texts": [_text(item) for item in page.objects if isinstance(item, TextObject)],
        "stamps": _svg(page.width, page.height, stamps),
    }


def _text(item: TextObject) -> dict[str, Any]:
    name = SANS_NAME if item.family == "sans" else SERIF_NAME
    return {
        "x": item.x,
        "y": item.y,
        "text": item.text,
        "size": item.size,
        "fonts": [name, SERIF_NAME, *RARE_NAMES],
        "weight": "bold" if item.bold else "regular",
        "color": _hex(item.color),
        "spacing": item.spacing,
    }


def _stamps(parts: Parts, number: int) -> list[ImageObject]:
    """Return the pictures of the seals that stand on a page."""
    document = part_xml(parts, "Doc_0/Document.xml")
    ids = [page.get("ID") for page in document.iter("{*}Page")]
    found = []
    for name in sorted(parts):
        if not name.endswith("/Signature.xml"):
            continue
        stamp = part_xml(parts, name).find("{*}SignedInfo/{*}StampAnnot")
        seal = parts.get(name.replace("Signature.xml", "Seal.esl"))
        if stamp is None or seal is None or stamp.get("PageRef") != ids[number]:
            continue
        x, y, width, height = map(float, (stamp.get("Boundary") or "0 0 0 0").split())
        found.append(ImageObject(x, y, width, height, parse_seal(seal).picture))
    return found


def _svg(width: float, height: float, objects: Sequence[PageObject]) -> str:
    size = f'width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}"'
    pieces = [f'<svg xmlns="http://www.w3.org/2000/svg" {size}>']
    for item in objects:
        if isinstance(item, PathObject):
            pieces.append(_svg_path(item))
        elif isinstance(item, ImageObject):
            kind = "jpeg" if item.kind == "JPG" else "png"
            pieces.append(
                f'<image x="{item.x}" y="{item.y}" width="{item.width}" height="{item.height}"'
                f' preserveAspectRatio="none" href="data:image/{kind};base64,{base64.b64encode(item.data).decode()}"/>'
            )
    return "".join([*pieces, "</svg>"])


def _svg_path(item: PathObject) -> str:
    # the letters of OFD and SVG differ in cubic (B, C) and close (C, Z)
    data = _LETTER.sub(lambda found: "C" if found.group() == "B" else "Z", item.data)
    stroke, fill = (_hex(color) if color else "none" for color in (item.stroke, item.fill))
    return (
        f'<path transform="translate({item.x} {item.y})" d="{escape(data)}" stroke="{stroke}" fill="{fill}"'
        f' stroke-width="{item.line_width}" opacity="{item.alpha / 255:.3f}"/>'
    )


def _hex(color: Color) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)
