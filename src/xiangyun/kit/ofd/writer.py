"""Write a `Document` as the parts of an OFD package (GB/T 33190-2016) with real text objects and embedded subsets."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakKeyDictionary
from xml.sax.saxutils import escape, quoteattr

from xiangyun.kit import fonts

from . import typefaces
from .model import Attachment, Color, Document, ImageObject, Page, PageObject, PathObject, Template, TextObject
from .package import Parts

NAMESPACE = "http://www.ofdspec.org/2016"
TAG_NAMESPACE = "urn:xiangyun:face:1.0"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_FIRST_FREE_ID = 100  # below: fonts, which keep one number in every document so that templates can be kept
_FONT_IDS = {
    path: number
    for number, path in enumerate((fonts.SERIF, fonts.SERIF_BOLD, fonts.SANS, fonts.SANS_BOLD, *fonts.RARE), start=1)
}
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_document(document: Document) -> Parts:
    """Return the parts of the package by path; `pack` makes the file of them."""
    work = _Work()
    pages = [work.page(page) for page in document.pages]
    parts: Parts = {"OFD.xml": _root(document)}
    parts["Doc_0/Document.xml"] = b""  # its place in the order; written when all numbers are known
    parts |= work.templates
    for index, content in enumerate(pages):
        parts[f"Doc_0/Pages/Page_{index}/Content.xml"] = content
    parts["Doc_0/PublicRes.xml"] = work.fonts(parts)
    parts["Doc_0/DocumentRes.xml"] = work.media(parts)
    if document.attachments:
        _attach(document, work, parts)
    if work.tags:
        _tag(work, parts)
    parts["Doc_0/Document.xml"] = _document(document, work, parts)
    return parts


@dataclass(frozen=True)
class _Serialised:
    """A template once written: its part, what it needs and the numbers it took."""

    number: int
    xml: bytes
    characters: dict[Path, set[str]]
    images: "_Images"
    next_id: int


_Images = dict[tuple[bytes, str], tuple[int, ImageObject]]
# the static side of a face is the same in millions of documents
_SERIALISED: WeakKeyDictionary[Template, dict[int, _Serialised]] = WeakKeyDictionary()


@dataclass
class _Work:
    """What one document has used so far."""

    next_id: int = _FIRST_FREE_ID
    characters: dict[Path, set[str]] = field(default_factory=dict)
    images: _Images = field(default_factory=dict)
    tags: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    templates: Parts = field(default_factory=dict)
    template_ids: dict[Template, int] = field(default_factory=dict)
    page_ids: list[int] = field(default_factory=list)

    def take_id(self) -> int:
        self.next_id += 1
        return self.next_id

    def page(self, page: Page) -> bytes:
        reference = (
            f'<ofd:Template TemplateID="{self._template(page.template)}" ZOrder="Background"/>' if page.template else ""
        )
        page_id = self.take_id()
        self.page_ids.append(page_id)
        body = "".join(self.draw(item, page_id) for item in page.objects)
        return _xml(
            f'<ofd:Page xmlns:ofd="{NAMESPACE}">{reference}<ofd:Area>'
            f"<ofd:PhysicalBox>0 0 {_n(page.width)} {_n(page.height)}</ofd:PhysicalBox></ofd:Area>"
            f'<ofd:Content><ofd:Layer ID="{self.take_id()}" Type="Body">{body}'
            "</ofd:Layer></ofd:Content></ofd:Page>"
        )

    def _template(self, template: Template) -> int:
        if template not in self.template_ids:
            kept = _SERIALISED.setdefault(template, {})
            done = kept.get(self.next_id)
            if done is None:
                done = kept[self.next_id] = _serialise(template, self.next_id)
            self.template_ids[template] = done.number
            self.templates[f"Doc_0/Tpls/Tpl_{len(self.templates)}/Content.xml"] = done.xml
            for path, characters in done.characters.items():
                self.characters.setdefault(path, set()).update(characters)
            for key, value in done.images.items():
                self.images.setdefault(key, value)
            self.next_id = done.next_id
        return self.template_ids[template]

    def draw(self, item: PageObject, page_id: int) -> str:
        """Return the XML of one object."""
        match item:
            case TextObject():
                return self._text(item, page_id)
            case PathObject():
                return _path(item, self.take_id())
            case ImageObject():
                return self._image(item)

    def _text(self, item: TextObject, page_id: int) -> str:
        """One object a font; characters beyond the BMP stand alone, because readers differ in counting them."""
        written, x = [], item.x
        text = _IMPOSSIBLE.sub("", item.text)
        for path, piece in typefaces.runs(text, item.family, item.bold):
            self.characters.setdefault(path, set()).update(piece)
            number = self.take_id()
            advances = [typefaces.typeface(path).advance(char) * item.size + item.spacing for char in piece]
            written.append(_text_object(item, number, _font_id(path), piece, x, advances))
            x += sum(advances)
            if item.tag:
                self.tags.setdefault(item.tag, []).append((page_id, number))
        return "".join(written)

    def _image(self, item: ImageObject) -> str:
        key = (item.data, item.kind)
        if key not in self.images:
            self.images[key] = (self.take_id(), item)
        alpha = f' Alpha="{item.alpha}"' if item.alpha != 255 else ""
        return (
            f'<ofd:ImageObject ID="{self.take_id()}" Boundary="{_box(item)}"'
            f' CTM="{_n(item.width)} 0 0 {_n(item.height)} 0 0" ResourceID="{self.images[key][0]}"{alpha}/>'
        )

    def fonts(self, parts: Parts) -> bytes:
        """Add the subset files and return PublicRes.xml."""
        entries = []
        for path, characters in sorted(self.characters.items()):
            number, name = _font_id(path), path.stem
            parts[f"Doc_0/Res/font_{number}.ttf"] = typefaces.typeface(path).subset(characters)
            bold = ' Bold="true"' if "Bold" in name else ""
            entries.append(
                f'<ofd:Font ID="{number}" FontName="{name}" FamilyName="{name}" Charset="unicode"{bold}>'
                f"<ofd:FontFile>font_{number}.ttf</ofd:FontFile></ofd:Font>"
            )
        fonts = f"<ofd:Fonts>{''.join(entries)}</ofd:Fonts>" if entries else ""
        return _xml(f'<ofd:Res xmlns:ofd="{NAMESPACE}" BaseLoc="Res">{fonts}</ofd:Res>')

    def media(self, parts: Parts) -> bytes:
        """Add the picture files and return DocumentRes.xml."""
        entries = []
        for number, item in self.images.values():
            name = f"image_{number}.{item.kind.lower()}"
            parts[f"Doc_0/Res/{name}"] = item.data
            entries.append(
                f'<ofd:MultiMedia ID="{number}" Type="Image" Format="{item.kind}"><ofd:MediaFile>{name}</ofd:MediaFile>'
                "</ofd:MultiMedia>"
            )
        media = f"<ofd:MultiMedias>{''.join(entries)}</ofd:MultiMedias>" if entries else ""
        return _xml(f'<ofd:Res xmlns:ofd="{NAMESPACE}" BaseLoc="Res">{media}</ofd:Res>')


def _serialise(template: Template, start: int) -> _Serialised:
    work = _Work(next_id=start)
    number, layer = work.take_id(), work.take_id()
    body = "".join(work.draw(item, number) for item in template.objects)
    xml = _xml(
        f'<ofd:Page xmlns:ofd="{NAMESPACE}"><ofd:Content><ofd:Layer ID="{layer}" Type="Background">{body}'
        "</ofd:Layer></ofd:Content></ofd:Page>"
    )
    return _Serialised(number, xml, work.characters, work.images, work.next_id)


def _text_object(item: TextObject, number: int, font: int, piece: str, x: float, advances: list[float]) -> str:
    head = f'Font="{font}" Size="{_n(item.size)}"'
    codes, offset, start = [], 0.0, 0
    for end in _cuts(piece):
        deltas = _deltas(advances[start : end - 1])
        codes.append(
            f'<ofd:TextCode X="{_n(offset)}" Y="{_n(item.size)}"{deltas}>{_clean(piece[start:end])}</ofd:TextCode>'
        )
        offset += sum(advances[start:end])
        start = end
    # readers clip at the box: room for strokes that reach beyond their advance, and below the baseline
    box = f"{_n(x)} {_n(item.y - item.size)} {_n(offset + item.size * 0.1)} {_n(item.size * 1.35)}"
    return (
        f'<ofd:TextObject ID="{number}" Boundary="{box}" {head}>{_color("Fill", item.color, item.alpha)}'
        f"{''.join(codes)}</ofd:TextObject>"
    )


def _cuts(piece: str) -> Iterable[int]:
    """Yield the ends of the pieces that one TextCode may hold."""
    for index in range(1, len(piece)):
        if ord(piece[index]) > 0xFFFF or ord(piece[index - 1]) > 0xFFFF:
            yield index
    yield len(piece)


def _deltas(advances: list[float]) -> str:
    """Write distances with the standard's shorthand `g count value` for repeats."""
    if not advances:
        return ""
    groups: list[tuple[str, int]] = []
    for value in map(_n, advances):
        if groups and groups[-1][0] == value:
            groups[-1] = (value, groups[-1][1] + 1)
        else:
            groups.append((value, 1))
    text = " ".join(f"g {count} {value}" if count > 2 else " ".join([value] * count) for value, count in groups)
    return f' DeltaX="{text}"'


def _path(item: PathObject, number: int) -> str:
    stroke, fill = item.stroke is not None, item.fill is not None
    flags = ("" if stroke else ' Stroke="false"') + (' Fill="true"' if fill else "")
    colors = (_color("Stroke", item.stroke, item.alpha) if item.stroke else "") + (
        _color("Fill", item.fill, item.alpha) if item.fill else ""
    )
    return (
        f'<ofd:PathObject ID="{number}" Boundary="{_box(item)}" LineWidth="{_n(item.line_width)}"{flags}>{colors}'
        f"<ofd:AbbreviatedData>{item.data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def _color(kind: str, color: Color, alpha: int) -> str:
    opacity = f' Alpha="{alpha}"' if alpha != 255 else ""
    return f'<ofd:{kind}Color Value="{color[0]} {color[1]} {color[2]}"{opacity}/>'


def _root(document: Document) -> bytes:
    custom = "".join(
        f"<ofd:CustomData Name={_quoted(name)}>{_clean(value)}</ofd:CustomData>"
        for name, value in document.metadata.items()
    )
    info = "".join(
        f"<ofd:{name}>{_clean(value)}</ofd:{name}>"
        for name, value in (
            ("DocID", document.document_id),
            ("Title", document.title),
            ("Author", document.author),
            ("Subject", document.subject),
            ("CreationDate", document.created_at.date().isoformat()),
            ("Creator", document.creator),
        )
        if value
    )
    custom = f"<ofd:CustomDatas>{custom}</ofd:CustomDatas>" if custom else ""
    return _xml(
        f'<ofd:OFD xmlns:ofd="{NAMESPACE}" Version="1.0" DocType="OFD"><ofd:DocBody>'
        f"<ofd:DocInfo>{info}{custom}</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )


def _document(document: Document, work: _Work, parts: Parts) -> bytes:
    first = document.pages[0]
    templates = "".join(
        f'<ofd:TemplatePage ID="{number}" BaseLoc="Tpls/Tpl_{index}/Content.xml"/>'
        for index, number in enumerate(work.template_ids.values())
    )
    pages = "".join(
        f'<ofd:Page ID="{number}" BaseLoc="Pages/Page_{index}/Content.xml"/>'
        for index, number in enumerate(work.page_ids)
    )
    tail = "<ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags>" if "Doc_0/Tags/CustomTags.xml" in parts else ""
    tail += "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>" if document.attachments else ""
    return _xml(
        f'<ofd:Document xmlns:ofd="{NAMESPACE}"><ofd:CommonData><ofd:MaxUnitID>{work.next_id}</ofd:MaxUnitID>'
        f"<ofd:PageArea><ofd:PhysicalBox>0 0 {_n(first.width)} {_n(first.height)}</ofd:PhysicalBox></ofd:PageArea>"
        f"<ofd:PublicRes>PublicRes.xml</ofd:PublicRes><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>{templates}"
        f"</ofd:CommonData><ofd:Pages>{pages}</ofd:Pages>{tail}</ofd:Document>"
    )


def _attach(document: Document, work: _Work, parts: Parts) -> None:
    entries = []
    for index, item in enumerate(document.attachments):
        name = f"attach_{index}.{item.kind.lower()}"
        parts[f"Doc_0/Attachs/{name}"] = item.data
        entries.append(_attachment(document, item, work.take_id(), name))
    parts["Doc_0/Attachs/Attachments.xml"] = _xml(
        f'<ofd:Attachments xmlns:ofd="{NAMESPACE}">{"".join(entries)}</ofd:Attachments>'
    )


def _attachment(document: Document, item: Attachment, number: int, name: str) -> str:
    visible = "" if item.is_visible else ' Visible="false"'
    return (
        f'<ofd:Attachment ID="{number}" Name={_quoted(item.name)} Format="{item.kind}"'
        f' CreationDate="{document.created_at:%Y-%m-%dT%H:%M:%S}" Size="{len(item.data) / 1024:.3f}"{visible}>'
        f"<ofd:FileLoc>{name}</ofd:FileLoc></ofd:Attachment>"
    )


def _tag(work: _Work, parts: Parts) -> None:
    """Say which text objects show which datum (GB/T 33190 clause 16, custom tags)."""
    fields = "".join(
        f"<face:Field Name={_quoted(name)}>"
        + "".join(f'<ofd:ObjectRef PageRef="{page}">{number}</ofd:ObjectRef>' for page, number in places)
        + "</face:Field>"
        for name, places in work.tags.items()
    )
    parts["Doc_0/Tags/Face.xml"] = _xml(
        f'<face:Face xmlns:face="{TAG_NAMESPACE}" xmlns:ofd="{NAMESPACE}">{fields}</face:Face>'
    )
    parts["Doc_0/Tags/CustomTags.xml"] = _xml(
        f'<ofd:CustomTags xmlns:ofd="{NAMESPACE}"><ofd:CustomTag NameSpace="{TAG_NAMESPACE}">'
        "<ofd:FileLoc>Face.xml</ofd:FileLoc></ofd:CustomTag></ofd:CustomTags>"
    )


def _font_id(path: Path) -> int:
    return _FONT_IDS[path]


def _clean(text: str) -> str:
    """Escape for XML, without the characters that XML 1.0 cannot hold at all."""
    return escape(_IMPOSSIBLE.sub("", text))


def _quoted(text: str) -> str:
    return quoteattr(_IMPOSSIBLE.sub("", text))


def _box(item: PathObject | ImageObject) -> str:
    return f"{_n(item.x)} {_n(item.y)} {_n(item.width)} {_n(item.height)}"


def _n(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _xml(body: str) -> bytes:
    return (_HEAD + body).encode()
