"""The ZIP container: written plainly, read with suspicion.

Nothing the file says about itself is believed: real sizes are counted while inflating, paths are normal or refused, two
parts may not share a name, and XML with a document type is refused before it is used.
"""

import io
import struct
import zipfile
import zlib
from functools import lru_cache

from lxml import etree

from .errors import OfdError, UnsafePackage

Parts = dict[str, bytes]

MAX_PARTS = 2000
MAX_TOTAL = 200 * 1024 * 1024
MAX_PART = 64 * 1024 * 1024
MAX_RATIO = 250  # XML compresses well, but not so well
_STORED = (".png", ".jpg", ".jpeg", ".dat", ".esl")
_UTF8, _TIME, _DATE = 0x800, 0, (2020 - 1980) << 9 | 1 << 5 | 1


def pack(parts: Parts) -> bytes:
    """Return the ZIP file; the same parts give the same bytes.

    Written by hand: the standard library spends as long on its books for fifteen small parts as the signature takes.
    """
    bodies, directory, offset = [], [], 0
    for name, data in parts.items():
        encoded = name.encode()
        method, body = (0, data) if name.endswith(_STORED) else (zipfile.ZIP_DEFLATED, _deflate(name, data))
        shared = (20, _UTF8, method, _TIME, _DATE, zlib.crc32(data), len(body), len(data), len(encoded), 0)
        local = struct.pack("<4s5H3I2H", b"PK\3\4", *shared) + encoded
        entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, *shared, 0, 0, 0, 0, offset) + encoded
        bodies += [local, body]
        directory.append(entry)
        offset += len(local) + len(body)
    listing = b"".join(directory)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, len(parts), len(parts), len(listing), offset, 0)
    return b"".join([*bodies, listing, end])


def _deflate(name: str, data: bytes) -> bytes:
    # a template is the same object in document after document
    return _deflate_kept(data) if "/Tpls/" in name else _deflate_now(data)


def _deflate_now(data: bytes) -> bytes:
    packer = zlib.compressobj(4, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


_deflate_kept = lru_cache(maxsize=256)(_deflate_now)


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
        raise OfdError("不是OFD文件，或文件已损坏") from error


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
        raise OfdError("文件已加密，无法读取")
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
