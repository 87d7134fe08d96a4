"""Read the pages of an OFD file back as drawable objects, for view copies made of the very file that was sealed."""

from dataclasses import dataclass

from lxml import etree

from . import typefaces
from .errors import OfdError
from .model import BLACK, Color, ImageObject, Page, PageObject, PathObject, TextObject
from .package import Parts, resolve
from .reader import document_path, page_paths, part_xml

MAX_OBJECTS = 50_000


@dataclass(frozen=True)
class _Resources:
    fonts: dict[str, str]
    images: dict[str, tuple[bytes, str]]


def read_pages(parts: Parts) -> list[Page]:
    """Return the pages with templates merged in; text keeps family and weight where the font is one of ours.

    Raises: OfdError, UnsafePackage.
    """
    try:
        return _pages(parts)
    except OfdError:
        raise
    except (ValueError, IndexError) as error:
        raise OfdError("页面数据不合规") from error


def _pages(parts: Parts) -> list[Page]:
    location = document_path(part_xml(parts, "OFD.xml"))
    document = part_xml(parts, location)
    resources = _resources(parts, document, location)
    templates = {t.get("ID", ""): resolve(location, t.get("BaseLoc", "")) for t in document.iter("{*}TemplatePage")}
    default = _numbers(document.findtext("{*}CommonData/{*}PageArea/{*}PhysicalBox") or "", 4)
    pages = []
    for _, path in page_paths(document, location):
        content = part_xml(parts, path)
        layers = [
            part_xml(parts, templates[t.get("TemplateID", "")])
            for t in content.iter("{*}Template")
            if t.get("TemplateID") in templates
        ]
        objects = [item for layer in (*layers, content) for item in _objects(layer, resources)]
        if len(objects) > MAX_OBJECTS:
            raise OfdError("页面内容过多")
        box = _numbers(content.findtext("{*}Area/{*}PhysicalBox") or "", 4) or default or [0, 0, 210, 297]
        pages.append(Page(box[2], box[3], objects))
    return pages


def _resources(parts: Parts, document: etree._Element, location: str) -> _Resources:
    fonts: dict[str, str] = {}
    images: dict[str, tuple[bytes, str]] = {}
    for name in ("PublicRes", "DocumentRes"):
        for reference in document.iter(f"{{*}}{name}"):
            path = resolve(location, reference.text or "")
            if path not in parts:
                continue
            root = part_xml(parts, path)
            base = resolve(path, (root.get("BaseLoc") or ".") + "/x")
            for font in root.iter("{*}Font"):
                fonts[font.get("ID", "")] = font.get("FontName", "")
            for media in root.iter("{*}MultiMedia"):
                data = parts.get(resolve(base, media.findtext("{*}MediaFile") or ""))
                if data is not None:
                    images[media.get("ID", "")] = (data, (media.get("Format") or "PNG").upper())
    return _Resources(fonts, images)


def _objects(root: etree._Element, resources: _Resources) -> list[PageObject]:
    found: list[PageObject] = []
    for item in root.iter("{*}TextObject", "{*}PathObject", "{*}ImageObject"):
        kind = etree.QName(item).localname
        box = _numbers(item.get("Boundary") or "", 4)
        if box is None:
            continue
        if kind == "TextObject":
            found.extend(_texts(item, box, resources))
        elif kind == "PathObject":
            found.append(_path(item, box))
        elif item.get("ResourceID") in resources.images:
            data, form = resources.images[item.get("ResourceID", "")]
            found.append(ImageObject(box[0], box[1], box[2], box[3], data, "JPG" if form in ("JPG", "JPEG") else "PNG"))
    return found


def _texts(item: etree._Element, box: list[float], resources: _Resources) -> list[TextObject]:
    size = float(item.get("Size") or 4)
    name = resources.fonts.get(item.get("Font", ""), "")
    family: typefaces.Family = "sans" if "Sans" in name else "serif"
    bold = "Bold" in name
    color, alpha = _color(item.find("{*}FillColor"))
    found = []
    for code in item.iter("{*}TextCode"):
        text = code.text or ""
        if not text:
            continue
        x, y = box[0] + float(code.get("X") or 0), box[1] + float(code.get("Y") or 0)
        spacing = _spacing(text, code.get("DeltaX") or "", size, family, bold)
        found.append(TextObject(x, y, text, size, family, bold, color or BLACK, spacing, alpha))
    return found


def _spacing(text: str, deltas: str, size: float, family: typefaces.Family, bold: bool) -> float:
    """Return what was added between characters: stated distances less the natural ones."""
    tokens, total, count = deltas.split(), 0.0, 0
    while tokens:
        repeat, value = (int(tokens[1]), float(tokens[2])) if tokens[0] == "g" else (1, float(tokens[0]))
        tokens = tokens[3 if tokens[0] == "g" else 1 :]
        total, count = total + repeat * value, count + repeat
    if not count:
        return 0.0
    natural = typefaces.measure(text[:count], size, family, bold)
    return round((total - natural) / count, 4)


def _path(item: etree._Element, box: list[float]) -> PathObject:
    stroke, alpha = _color(item.find("{*}StrokeColor"))
    fill, fill_alpha = _color(item.find("{*}FillColor"))
    is_stroked, is_filled = item.get("Stroke") != "false", item.get("Fill") == "true"
    return PathObject(
        box[0],
        box[1],
        box[2],
        box[3],
        item.findtext("{*}AbbreviatedData") or "",
        (stroke or BLACK) if is_stroked else None,
        (fill or BLACK) if is_filled else None,
        float(item.get("LineWidth") or 0.353),
        alpha if is_stroked else fill_alpha,
    )


def _color(element: etree._Element | None) -> tuple[Color | None, int]:
    if element is None:
        return None, 255
    values = _numbers(element.get("Value") or "", 3)
    color = (int(values[0]), int(values[1]), int(values[2])) if values else None
    return color, int(element.get("Alpha") or 255)


def _numbers(text: str, count: int) -> list[float] | None:
    try:
        values = [float(part) for part in text.split()]
    except ValueError:
        return None
    return values[:count] if len(values) >= count else None
