"""Small files of each kind, made on the spot."""

import io
import zipfile

from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def image(kind: str = "JPEG", size: tuple[int, int] = (40, 20), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind, **options)
    return out.getvalue()


def package(*names: str, content: bytes = b"<x/>") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name in names:
            zipped.writestr(name, content)
    return out.getvalue()


def ofd() -> bytes:
    return package("OFD.xml", "Doc_0/Document.xml")


def docx(*more: str) -> bytes:
    return package("[Content_Types].xml", "word/document.xml", *more)


def xlsx() -> bytes:
    return package("[Content_Types].xml", "xl/workbook.xml")
