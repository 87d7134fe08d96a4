"""Read what an OFD package says: text in page order, metadata, tagged fields, attachments."""

from dataclasses import dataclass, field

from lxml import etree

from .errors import OfdError
from .package import Parts, parse_xml, resolve, unpack

MAX_PAGES = 5000


@dataclass(frozen=True)
class Content:
    """What was read; `fields` are the tagged data of the face, `pages` the text of each page with lines kept apart."""

    title: str
    document_id: str
    metadata: dict[str, str]
    pages: list[str]
    fields: dict[str, str] = field(default_factory=dict)
    attachments: dict[str, bytes] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All text of all pages."""
        return "\n".join(self.pages)


def read_document(data: bytes) -> Content:
    """Read the first document of an OFD file.

    Raises: OfdError, UnsafePackage.
    """
    return read_parts(unpack(data))


def read_metadata(parts: Parts) -> dict[str, str]:
    """Read what the first document says of itself, without its pages.

    Raises: OfdError, UnsafePackage.
    """
    return _metadata(part_xml(parts, "OFD.xml"))


def read_parts(parts: Parts) -> Content:
    """Read the first document of an unpacked file.

    Raises: OfdError, UnsafePackage.
    """
    root = part_xml(parts, "OFD.xml")
    info = _find(root, "DocInfo")
    location = document_path(root)
    document = part_xml(parts, location)
    texts: dict[tuple[str, str], str] = {}
    templates = {
        item.get("ID", ""): resolve(location, item.get("BaseLoc", "")) for item in _all(document, "TemplatePage")
    }
    pages = [_page(parts, page, templates, texts) for page in page_paths(document, location)]
    return Content(
        title=_text(info, "Title"),
        document_id=_text(info, "DocID"),
        metadata=_metadata(root),
        pages=pages,
        fields=_fields(parts, document, location, texts),
        attachments=_attachments(parts, document, location),
    )


def _metadata(root: etree._Element) -> dict[str, str]:
    return {item.get("Name", ""): item.text or "" for item in _all(_find(root, "DocInfo"), "CustomData")}


def part_xml(parts: Parts, name: str) -> etree._Element:
    """Return the parsed part.

    Raises: OfdError when it is absent or broken.
    """
    if name not in parts:
        raise OfdError(f"包内缺少“{name}”")
    return parse_xml(parts[name], name)


def document_path(root: etree._Element) -> str:
    """Return the path of the first document's Document.xml."""
    location = _text(root, "DocRoot")
    if not location:
        raise OfdError("OFD.xml没有指明文档入口")
    return resolve("OFD.xml", location)


def page_paths(document: etree._Element, location: str) -> list[tuple[str, str]]:
    """Return (page id, path) in order."""
    pages = _find(document, "Pages")
    found = [(p.get("ID", ""), resolve(location, p.get("BaseLoc", ""))) for p in _all(pages, "Page")]
    if not found:
        raise OfdError("文档没有页面")
    if len(found) > MAX_PAGES:
        raise OfdError("文档页数过多")
    return found


def _page(parts: Parts, page: tuple[str, str], templates: dict[str, str], texts: dict[tuple[str, str], str]) -> str:
    number, path = page
    content = part_xml(parts, path)
    under = [
        part_xml(parts, templates[t.get("TemplateID", "")])
        for t in _all(content, "Template")
        if t.get("TemplateID") in templates
    ]
    lines: list[tuple[float, float, str]] = []
    for layer in (*under, content):
        for item in _all(layer, "TextObject"):
            text = "".join(code.text or "" for code in _all(item, "TextCode"))
            texts[number, item.get("ID", "")] = text
            lines.append((*_position(item), text))
    return "\n".join(_joined(lines))


def _joined(lines: list[tuple[float, float, str]]) -> list[str]:
    """Join objects of one line (same top within a millimetre) from left to right."""
    rows: list[list[tuple[float, float, str]]] = []
    for entry in sorted(lines):
        if rows and abs(rows[-1][0][0] - entry[0]) < 1.0:
            rows[-1].append(entry)
        else:
            rows.append([entry])
    return ["".join(text for _, _, text in sorted(row, key=lambda entry: entry[1])) for row in rows]


def _position(item: etree._Element) -> tuple[float, float]:
    numbers = (item.get("Boundary") or "").split()
    try:
        return float(numbers[1]), float(numbers[0])
    except (IndexError, ValueError):
        return 0.0, 0.0


def _fields(parts: Parts, document: etree._Element, location: str, texts: dict[tuple[str, str], str]) -> dict[str, str]:
    path = _text(document, "CustomTags")
    if not path:
        return {}
    tags = resolve(location, path)
    found: dict[str, str] = {}
    for tag in _all(part_xml(parts, tags), "FileLoc"):
        for item in _all(part_xml(parts, resolve(tags, tag.text or "")), "Field"):
            found[item.get("Name", "")] = "".join(
                texts.get((reference.get("PageRef", ""), reference.text or ""), "")
                for reference in _all(item, "ObjectRef")
            )
    return found


def _attachments(parts: Parts, document: etree._Element, location: str) -> dict[str, bytes]:
    path = _text(document, "Attachments")
    if not path:
        return {}
    listed = resolve(location, path)
    found: dict[str, bytes] = {}
    for item in _all(part_xml(parts, listed), "Attachment"):
        place = resolve(listed, _text(item, "FileLoc"))
        if place not in parts:
            raise OfdError(f"附件“{item.get('Name', '')}”不在包内")
        found[item.get("Name", "")] = parts[place]
    return found


def _find(element: etree._Element | None, name: str) -> etree._Element | None:
    return next(iter(_all(element, name)), None)


def _all(element: etree._Element | None, name: str) -> list[etree._Element]:
    """Return descendants by local name: writers differ in prefixes, some forget the namespace."""
    return list(element.iter(f"{{*}}{name}")) if element is not None else []


def _text(element: etree._Element | None, name: str) -> str:
    found = _find(element, name)
    return (found.text or "").strip() if found is not None else ""
