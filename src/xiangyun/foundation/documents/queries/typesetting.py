"""Typst as the one typesetter: vendored fonts only, no file and no network within reach of a template.

Data reaches a template as JSON (`sys.inputs.data`), never as markup: what people typed cannot become code.
"""

import base64
import json
import re
import tempfile
import threading
import unicodedata
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import segno
import typst

from xiangyun.foundation.documents.errors import BadTemplate
from xiangyun.kit.fonts import FONT_FOLDER, has_glyph

Format = Literal["pdf", "png"]

_PNG = b"\x89PNG\r\n"
_JPEG = b"\xff\xd8\xff"
NO_GLYPH = "〓"  # what printers set for a missing type
# all but what the vendored fonts are known to draw: ASCII, Chinese punctuation, common characters, full-width forms
_RARE = re.compile(r"[^\n\x20-\x7e\u3001-\u301f\u4e00-\u9fa5\uff01-\uff5e“”‘’·…—《》]+")
_DARK = re.compile(b"\x01+")
_threads = threading.local()


def render_template(*, template: str, data: dict[str, Any]) -> bytes:
    """Typeset a template text with its data as PDF/A-2b.

    Raises: BadTemplate.
    """
    return render_pages(template=template, data=data)[0]


def render_pages(
    *, template: str, data: dict[str, Any], at: datetime | None = None, kind: Format = "pdf"
) -> list[bytes]:
    """Typeset and return one PDF/A-2b (`at` is its creation time), or each page as PNG.

    Raises: BadTemplate.
    """
    try:
        made = _compiler().compile(
            # given anew each time: the compiler forgets an in-memory input after its first use
            input=template.encode(),
            sys_inputs={"data": json.dumps(_drawable(data), ensure_ascii=False)},
            format=kind,
            ppi=110.0 if kind == "png" else None,
            pdf_standards=["a-2b"] if kind == "pdf" else [],
            timestamp=int(at.timestamp()) if at else None,
        )
    except typst.TypstError as error:
        raise BadTemplate(reason=error.diagnostic) from error
    return list(made) if isinstance(made, list) else [made]


def _drawable(value: Any) -> Any:
    """Return the data with characters that can be set: PDF/A forbids missing glyphs."""
    if isinstance(value, str):
        return _RARE.sub(lambda found: "".join(map(_glyph, found[0])), value)
    if isinstance(value, dict):
        return {key: _drawable(each) for key, each in value.items()}
    return [_drawable(each) for each in value] if isinstance(value, list | tuple) else value


def _glyph(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Cf", "Cc"):
        return ""
    return char if category not in ("Cn", "Co", "Cs") and has_glyph(char) else NO_GLYPH


def picture_svg(*, picture: bytes) -> str:
    """Return a picture (SVG, PNG, JPEG) as SVG text, the form in which a template takes pictures in its data."""
    for mark, media_type in ((_PNG, "image/png"), (_JPEG, "image/jpeg")):
        if picture.startswith(mark):
            content = base64.b64encode(picture).decode()
            return (
                '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
                f'<image width="100" height="100" href="data:{media_type};base64,{content}"/></svg>'
            )
    return picture.decode()


def qr_svg(*, text: str) -> str:
    """Return a QR code as SVG text without border."""
    # a fixed mask: trying all eight costs four times as much and readers take any
    rows = segno.make(text, error="m", mask=3, micro=False).matrix
    path = "".join(
        f"M{match.start()} {y}h{len(match[0])}v1H{match.start()}z"
        for y, row in enumerate(rows)
        for match in _DARK.finditer(row)
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(rows)} {len(rows)}"><path d="{path}"/></svg>'


def _compiler() -> Any:
    # one a thread: a compiler cannot be shared while it works; the fonts can
    if not hasattr(_threads, "compiler"):
        _threads.compiler = typst.Compiler(
            root=_empty_folder(),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            package_path=_empty_folder(),
            package_cache_path=_empty_folder(),
        )
    return _threads.compiler


@cache
def _fonts() -> Any:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONT_FOLDER)])


@cache
def _empty_folder() -> str:
    return str(Path(tempfile.mkdtemp(prefix="xiangyun-typst-")))
