"""What an upload really is, told from its content (never from its name or the sender's word)."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

import puremagic
from PIL import Image

from xiangyun.foundation.files.errors import DamagedFile, WrongType

MAX_PIXELS = 50_000_000
MAX_ENTRIES = 2_000
MAX_UNPACKED = 300 * 1024 * 1024
MAX_RATIO = 200
_HEAD = 8192

Stream = IO[bytes]


@dataclass(frozen=True)
class Kind:
    """An allowed type: name for people, extensions, media type, and a check that raises on damage."""

    code: str
    name: str
    extensions: tuple[str, ...]
    media_type: str
    check: Callable[[Stream], None]


def detect_kind(stream: Stream, *, name: str, extension: str, allowed: tuple[str, ...]) -> Kind:
    """Return the kind of the content after checking it whole.

    Raises: WrongType, DamagedFile.
    """
    code = _recognise(stream)
    offered = "、".join(KINDS[k].name for k in allowed)
    if code not in allowed:
        found = KINDS[code].name if code in KINDS else _describe(stream)
        raise WrongType(f"“{name}”的内容{found}，此处只接受 {offered}。" if found else f"此处只接受 {offered} 文件。")
    kind = KINDS[code]
    if extension.lower() not in kind.extensions:
        raise WrongType(f"“{name}”的内容是{kind.name}，与扩展名“{extension or '无'}”不符，请改正文件名后再上传。")
    stream.seek(0)
    kind.check(stream)
    return kind


def _recognise(stream: Stream) -> str:
    stream.seek(0)
    head = stream.read(_HEAD)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"PK\x03\x04"):
        return _recognise_package(stream)
    return ""


def _recognise_package(stream: Stream) -> str:
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return ""
    if "OFD.xml" in names:
        return "ofd"
    if "[Content_Types].xml" in names and "word/document.xml" in names:
        return "docx"
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return "xlsx"
    return "zip"


def _describe(stream: Stream) -> str:
    """Say in a few words what unknown content seems to be, to help the sender."""
    stream.seek(0)
    try:
        matches = puremagic.magic_string(stream.read(_HEAD))
    except (puremagic.PureError, ValueError):
        return ""
    extension = matches[0].extension if matches else ""
    return f"像是{extension}文件" if extension else ""


def _check_pdf(stream: Stream) -> None:
    stream.seek(0, 2)
    stream.seek(max(0, stream.tell() - 2048))
    if b"%%EOF" not in stream.read():
        raise DamagedFile("PDF 文件不完整，请重新导出后上传。")


def _check_image(stream: Stream) -> None:
    try:
        with Image.open(stream) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise DamagedFile(f"图片尺寸过大（{width}×{height}像素），请缩小后上传。")
            image.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DamagedFile("图片已损坏或不完整，请重新拍照或扫描后上传。") from error


def _check_package(stream: Stream) -> None:
    """Refuse bombs, passwords, macros and names that leave the package."""
    try:
        with zipfile.ZipFile(stream) as package:
            entries = package.infolist()
            damaged = package.testzip() if _is_of_safe_size(entries) else "大小"
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError) as error:
        raise DamagedFile("文件已损坏或设置了密码，请重新保存后上传。") from error
    if damaged:
        raise DamagedFile("文件内部结构异常，请重新保存后上传。")
    for entry in entries:
        if entry.filename.startswith("/") or ".." in entry.filename.split("/") or "\\" in entry.filename:
            raise DamagedFile("文件内部结构异常，请重新保存后上传。")
        if entry.filename.lower().endswith(("vbaproject.bin", ".exe", ".js", ".dll")):
            raise DamagedFile("文件含有宏或程序，请另存为不含宏的文件后上传。")


def _is_of_safe_size(entries: list[zipfile.ZipInfo]) -> bool:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    too_dense = unpacked > 10 * 1024 * 1024 and unpacked / packed > MAX_RATIO
    return len(entries) <= MAX_ENTRIES and unpacked <= MAX_UNPACKED and not too_dense


_OOXML = "application/vnd.openxmlformats-officedocument"
KINDS = {
    kind.code: kind
    for kind in (
        Kind("pdf", "PDF", (".pdf",), "application/pdf", _check_pdf),
        Kind("jpg", "JPG 图片", (".jpg", ".jpeg"), "image/jpeg", _check_image),
        Kind("png", "PNG 图片", (".png",), "image/png", _check_image),
        Kind("ofd", "OFD", (".ofd",), "application/ofd", _check_package),
        Kind("docx", "Word 文档（DOCX）", (".docx",), f"{_OOXML}.wordprocessingml.document", _check_package),
        Kind("xlsx", "Excel 表格（XLSX）", (".xlsx",), f"{_OOXML}.spreadsheetml.sheet", _check_package),
    )
}
DEFAULT_KINDS = tuple(KINDS)
