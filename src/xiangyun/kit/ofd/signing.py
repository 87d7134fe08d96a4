"""Seal an OFD package (GB/T 33190 clause 18, GB/T 38540) or, detached, any other bytes such as a PDF."""

import base64
import re
from dataclasses import dataclass
from datetime import datetime

from xiangyun.kit.guomi import Signer, sm3
from xiangyun.kit.guomi.oids import SM2_WITH_SM3, SM3
from xiangyun.kit.guomi.x509 import Certificate

from .errors import OfdError
from .package import Parts, pack, resolve, unpack
from .reader import document_path, page_paths, part_xml
from .seal import make_signature, parse_seal
from .writer import NAMESPACE

PROVIDER, PROVIDER_VERSION = "Xiangyun", "1.0"
_BODY_END = re.compile(rb"</(\w+:)?DocBody>")


@dataclass(frozen=True)
class SealHolder:
    """Who seals: the seal's DER with its size, the holder's certificate and the signer of its key."""

    seal: bytes
    certificate: Certificate
    signer: Signer
    width: float
    height: float

    @classmethod
    def of(cls, seal: bytes, certificate: Certificate, signer: Signer) -> "SealHolder":
        """Read the size of the picture from the seal."""
        parsed = parse_seal(seal)
        return cls(seal, certificate, signer, parsed.width, parsed.height)


@dataclass(frozen=True)
class Position:
    """Where the picture stands: page (from 0) and its centre in millimetres."""

    page: int
    x: float
    y: float


def sign_ofd(data: bytes, holder: SealHolder, position: Position, at: datetime) -> bytes:
    """Return the file with one more seal over everything in it.

    Raises: OfdError.
    """
    return pack(sign_parts(unpack(data), holder, position, at))


def sign_parts(parts: Parts, holder: SealHolder, position: Position, at: datetime) -> Parts:
    """Add a seal to unpacked parts; every part but the list of seals is protected.

    Raises: OfdError.
    """
    root = part_xml(parts, "OFD.xml")
    location = document_path(root)
    folder = location.rpartition("/")[0]
    listed = root.findtext("{*}DocBody/{*}Signatures")
    list_path = resolve("OFD.xml", listed) if listed else f"{folder}/Signs/Signatures.xml"
    earlier = _earlier(parts, list_path)
    number = len(earlier)
    home = f"{list_path.rpartition('/')[0]}/Sign_{number}"
    if any(name.startswith(home + "/") for name in parts):
        raise OfdError("签章目录已被占用")
    signed = dict(parts)
    if not listed:
        signed["OFD.xml"] = _announce(parts["OFD.xml"], list_path)
    signed[f"{home}/Seal.esl"] = holder.seal
    page_id = _page_id(parts, location, position.page)
    description = _description(signed, list_path, home, page_id, holder, position, at)
    signed[f"{home}/Signature.xml"] = description
    signed[f"{home}/SignedValue.dat"] = make_signature(
        seal=holder.seal,
        holder=holder.certificate,
        signer=holder.signer,
        data_hash=sm3(description),
        property_info=f"/{home}/Signature.xml",
        at=at,
    )
    signed[list_path] = _list([*earlier, f"/{home}/Signature.xml"])
    return signed


def sign_detached(data: bytes, holder: SealHolder, at: datetime) -> bytes:
    """Return SES_Signature over the bytes, to be kept beside them."""
    return make_signature(
        seal=holder.seal,
        holder=holder.certificate,
        signer=holder.signer,
        data_hash=sm3(data),
        property_info="application/pdf",
        at=at,
    )


def _earlier(parts: Parts, list_path: str) -> list[str]:
    if list_path not in parts:
        return []
    return [item.get("BaseLoc", "") for item in part_xml(parts, list_path).iter("{*}Signature")]


def _announce(root: bytes, list_path: str) -> bytes:
    """Name the list of seals in OFD.xml, before it is hashed."""
    found = _BODY_END.search(root)
    if found is None:
        raise OfdError("OFD.xml没有文档")
    prefix = (found.group(1) or b"").decode()
    element = f"<{prefix}Signatures>/{list_path}</{prefix}Signatures>".encode()
    return root[: found.start()] + element + root[found.start() :]


def _page_id(parts: Parts, location: str, page: int) -> str:
    pages = page_paths(part_xml(parts, location), location)
    if not 0 <= page < len(pages):
        raise OfdError("签章位置所在的页面不存在")
    return pages[page][0]


def _description(
    signed: Parts, list_path: str, home: str, page_id: str, holder: SealHolder, position: Position, at: datetime
) -> bytes:
    references = "".join(
        f'<ofd:Reference FileRef="/{name}"><ofd:CheckValue>{base64.b64encode(sm3(data)).decode()}</ofd:CheckValue>'
        "</ofd:Reference>"
        for name, data in signed.items()
        if name != list_path
    )
    left, top = position.x - holder.width / 2, position.y - holder.height / 2
    boundary = f"{left:.3f} {top:.3f} {holder.width:g} {holder.height:g}"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<ofd:Signature xmlns:ofd="{NAMESPACE}"><ofd:SignedInfo><ofd:Provider ProviderName="{PROVIDER}"'
        f' Version="{PROVIDER_VERSION}" Company="{PROVIDER}"/><ofd:SignatureMethod>{SM2_WITH_SM3}</ofd:SignatureMethod>'
        f"<ofd:SignatureDateTime>{at:%Y-%m-%d %H:%M:%S}</ofd:SignatureDateTime>"
        f'<ofd:References CheckMethod="{SM3}">{references}</ofd:References>'
        f'<ofd:StampAnnot ID="1" PageRef="{page_id}" Boundary="{boundary}"/>'
        f"<ofd:Seal><ofd:BaseLoc>/{home}/Seal.esl</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>"
        f"<ofd:SignedValue>/{home}/SignedValue.dat</ofd:SignedValue></ofd:Signature>"
    ).encode()


def _list(descriptions: list[str]) -> bytes:
    entries = "".join(
        f'<ofd:Signature ID="{index}" Type="Seal" BaseLoc="{location}"/>'
        for index, location in enumerate(descriptions, 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<ofd:Signatures xmlns:ofd="{NAMESPACE}"><ofd:MaxSignId>{len(descriptions)}</ofd:MaxSignId>'
        f"{entries}</ofd:Signatures>"
    ).encode()
