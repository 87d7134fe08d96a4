"""OFD (GB/T 33190-2016) with electronic seals (GB/T 38540-2020): write, read, seal, verify. No Django, usable alone.

Write: `Document` → `write_document` → `pack`. Seal: `make_seal`, `sign_ofd`, `sign_detached`. Verify: `verify_ofd`,
`verify_detached` give a `Report` of named steps. `draw_seal` makes the picture.
"""

from .drawing import read_pages
from .errors import OfdError, SealError, UnsafePackage
from .layout import TextStyle, text_box, wrap
from .model import Attachment, Document, ImageObject, Page, PathObject, Template, TextObject, line, rectangle
from .ornaments import code_square, rosette, rounded, wave_border
from .package import Parts, pack, unpack
from .picture import draw_seal
from .reader import Content, read_document, read_metadata
from .seal import Seal, make_seal, parse_seal, parse_signature
from .signing import Position, SealHolder, sign_detached, sign_ofd, sign_parts
from .typefaces import measure
from .verifying import Report, Sealed, Status, Step, Trust, verify_detached, verify_ofd
from .writer import write_document

__all__ = [
    "Attachment",
    "Content",
    "Document",
    "ImageObject",
    "OfdError",
    "Page",
    "Parts",
    "PathObject",
    "Position",
    "Report",
    "Seal",
    "SealError",
    "SealHolder",
    "Sealed",
    "Status",
    "Step",
    "Template",
    "TextObject",
    "TextStyle",
    "Trust",
    "UnsafePackage",
    "code_square",
    "draw_seal",
    "line",
    "make_seal",
    "measure",
    "pack",
    "parse_seal",
    "parse_signature",
    "read_document",
    "read_metadata",
    "read_pages",
    "rectangle",
    "rosette",
    "rounded",
    "sign_detached",
    "sign_ofd",
    "sign_parts",
    "text_box",
    "unpack",
    "verify_detached",
    "verify_ofd",
    "wave_border",
    "wrap",
    "write_document",
]
