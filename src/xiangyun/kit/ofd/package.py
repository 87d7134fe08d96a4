"""The ZIP container: written plainly, read with suspicion.

Nothing the file says about itself is believed: real sizes are counted while inflating, paths are normal or refused, two
parts may not share a name, and XML with a document type is refused before it is used.
"""

import io
import zipfile
import zlib

from lxml import etree

from .errors import OfdError, UnsafePackage

Parts = dict[str, bytes]

MAX_PARTS = 2000
MAX_TOTAL = 200 * 1024 * 1024
MAX_PART = 64 * 1024 * 1024
MAX_RATIO = 250  # XML compresses well, but not so well
_STORED = (".png", ".jpg", ".jpeg", ".dat", ".esl")
_TIME = (2020, 1, 1, 0, 0, 0)


def pack(parts: Parts) -> bytes:
    """Return the ZIP file; the same parts give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, _TIME)
            info.compress_type = zipfile.ZIP_STORED if name.endswith(_STORED) else zipfile.ZIP_DEFLATED
            archive.writestr(info, data, compresslevel=4)
    return buffer.getvalue()


def unpack(data: bytes) -> Parts:
    """Return the parts by normal path.

    Raises: OfdError, UnsafePackage.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read_all(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as error:
        if isinstance(error, OfdError):
            raise
        raise OfdError("不是OFD文件,或文件已损坏") from error


def parse_xml(data: bytes, name: str) -> etree._Element:
    """Parse one part without entities, network or document type.

    Raises: OfdError, UnsafePackage.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise OfdError(f"“{name}”不是完好的XML") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnsafePackage(f"“{name}”含有文档类型声明")
    return root


def resolve(base: str, location: str) -> str:
    """Return the normal path of a location written in the part `base`.

    Raises: UnsafePackage for one that climbs out of the package.
    """
    location = location.strip()
    joined = location.lstrip("/") if location.startswith("/") else f"{base.rpartition('/')[0]}/{location}"
    steps: list[str] = []
    for step in joined.replace("\\", "/").split("/"):
        if step == "..":
            if not steps:
                raise UnsafePackage("文件引用了包外的路径")
            steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def _read_all(archive: zipfile.ZipFile) -> Parts:
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MAX_PARTS:
        raise UnsafePackage("包内文件过多")
    parts: Parts = {}
    seen: set[str] = set()
    total = 0
    for info in infos:
        name = _safe_name(info.filename)
        if name.casefold() in seen:
            raise UnsafePackage(f"包内有重名文件“{name}”")
        seen.add(name.casefold())
        parts[name] = _read_part(archive, info, min(MAX_PART, MAX_TOTAL - total))
        total += len(parts[name])
    return parts


def _safe_name(raw: str) -> str:
    name = raw.replace("\\", "/").removeprefix("./")
    if raw.startswith("/") or ":" in name or any(ord(char) < 32 for char in name):
        raise UnsafePackage("包内文件路径不合规")
    if any(step in ("", ".", "..") for step in name.split("/")):
        raise UnsafePackage("包内文件路径越出了包的范围")
    return name


def _read_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    if info.flag_bits & 1:
        raise OfdError("文件已加密,无法读取")
    try:
        with archive.open(info) as stream:
            data = stream.read(limit + 1)
    except zipfile.BadZipFile as error:
        raise OfdError(f"包内文件“{info.filename}”已损坏") from error
    if len(data) > limit:
        raise UnsafePackage("文件解压后过大")
    if len(data) > 1024 * 1024 and len(data) > MAX_RATIO * max(info.compress_size, 1):
        raise UnsafePackage("文件压缩比异常")
    return data
