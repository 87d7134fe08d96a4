"""Verify sealed documents and say, step by step, what holds and which part does not (GB/T 38540-2020 clause 7)."""

import base64
import binascii
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from lxml import etree

from xiangyun.kit.guomi import ChainError, sm3, verify
from xiangyun.kit.guomi.oids import SM2_WITH_SM3, SM3
from xiangyun.kit.guomi.x509 import Certificate, verify_chain

from .errors import OfdError, SealError
from .package import Parts, resolve, unpack
from .reader import document_path, page_paths, part_xml
from .seal import Seal, SealSignature, parse_signature

CLOCK_SKEW = timedelta(minutes=5)
MAX_SEALS = 100
_NAMED = 10  # parts that a sentence lists


class Status(StrEnum):
    """What a step found."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Step:
    """One check: stable name, Chinese title, finding, explanation, and the parts that changed."""

    name: str
    title: str
    status: Status
    detail: str = ""
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sealed:
    """One seal on the document, as far as it could be read."""

    seal: Seal
    holder: Certificate
    signed_at: datetime
    page: int | None = None


@dataclass
class Report:
    """All steps in order; the document is good when there is a seal and no step failed."""

    steps: list[Step] = field(default_factory=list)
    seals: list[Sealed] = field(default_factory=list)

    @property
    def is_valid(self) -> bool:
        """Say whether everything that could be checked holds."""
        return bool(self.seals) and all(step.status is not Status.FAIL for step in self.steps)

    @property
    def failures(self) -> list[str]:
        """The names of failed steps."""
        return [step.name for step in self.steps if step.status is Status.FAIL]

    def add(self, name: str, passed: bool | None, detail: str = "", parts: tuple[str, ...] = ()) -> bool:
        """Append a step; None means that it could not be checked."""
        status = Status.UNKNOWN if passed is None else Status.PASS if passed else Status.FAIL
        self.steps.append(Step(name, TITLES[name], status, detail, parts))
        return passed is True


TITLES = {
    "format": "文件格式",
    "seal_format": "签章数据格式",
    "maker_signature": "制章机构签名",
    "maker_chain": "制章机构证书链",
    "seal_validity": "印章有效期",
    "seal_status": "印章状态",
    "holder_signature": "签章人签名",
    "certificate_list": "签章人证书与印章一致",
    "holder_chain": "签章人证书链",
    "signing_time": "签章时间",
    "data_hash": "签章原文杂凑",
    "protected_files": "文件内容完整性",
    "coverage": "签章保护范围",
    "time_stamp": "可信时间戳",
}


@dataclass(frozen=True)
class Trust:
    """Whom the verifier trusts, and how it learns of revocation.

    `seal_revoked_at` and `certificate_revoked_at` return the moment of revocation or None; leave them out where no
    status is known and the step reports 'unknown'.
    """

    roots: Sequence[Certificate]
    intermediates: Sequence[Certificate] = ()
    seal_revoked_at: Callable[[Seal], datetime | None] | None = None
    certificate_revoked_at: Callable[[Certificate], datetime | None] | None = None


def verify_ofd(data: bytes, trust: Trust, at: datetime) -> Report:
    """Check every seal on an OFD file."""
    report = Report()
    try:
        parts = unpack(data)
        root = part_xml(parts, "OFD.xml")
        location = document_path(root)
        pages = page_paths(part_xml(parts, location), location)
        listed = root.findtext("{*}DocBody/{*}Signatures")
    except OfdError as error:
        report.add("format", False, str(error))
        return report
    report.add("format", True, f"GB/T 33190版式文件，共{len(pages)}页")
    if not listed:
        report.add("seal_format", False, "文件没有加盖电子印章")
        return report
    try:
        descriptions = _descriptions(parts, resolve("OFD.xml", listed))
        own = {resolve("OFD.xml", listed), *_seal_files(parts, descriptions)}
        for description in descriptions:
            _verify_one(report, parts, description, own, pages, trust, at)
    except OfdError as error:
        report.add("seal_format", False, str(error))
    return report


def verify_detached(data: bytes, signature: bytes, trust: Trust, at: datetime) -> Report:
    """Check a seal kept beside the bytes it covers."""
    report = Report()
    sealed = _read_signature(report, signature)
    if sealed is not None:
        report.seals.append(Sealed(sealed.seal, sealed.holder, sealed.signed_at))
        _verify_seal(report, sealed, trust, at)
        same = sealed.data_hash == sm3(data)
        report.add("data_hash", same, "文件内容与签章时一致" if same else "文件内容在签章后被改动")
        _time_stamp(report, sealed)
    return report


def _descriptions(parts: Parts, list_path: str) -> list[str]:
    found = [resolve(list_path, item.get("BaseLoc", "")) for item in part_xml(parts, list_path).iter("{*}Signature")]
    if not found:
        raise OfdError("签章列表为空")
    if len(found) > MAX_SEALS or len(set(found)) < len(found):
        raise OfdError("签章列表重复或过长")
    return found


def _seal_files(parts: Parts, descriptions: list[str]) -> Iterator[str]:
    """The files of all seals: a later seal's files are not, and cannot be, covered by an earlier one."""
    for path in descriptions:
        description = part_xml(parts, path)
        yield path
        for location in ("{*}SignedValue", "{*}SignedInfo/{*}Seal/{*}BaseLoc"):
            yield resolve(path, description.findtext(location) or "")


def _verify_one(
    report: Report, parts: Parts, path: str, own: set[str], pages: list[tuple[str, str]], trust: Trust, at: datetime
) -> None:
    description = part_xml(parts, path)
    value_path = resolve(path, description.findtext("{*}SignedValue") or "")
    if value_path not in parts:
        report.add("seal_format", False, "包内缺少签名值文件", (value_path,))
        return
    sealed = _read_signature(report, parts[value_path])
    if sealed is None:
        return
    stamp = description.find("{*}SignedInfo/{*}StampAnnot")
    page_ids = [page_id for page_id, _ in pages]
    page_id = stamp.get("PageRef", "") if stamp is not None else ""
    page = page_ids.index(page_id) if page_id in page_ids else None
    report.seals.append(Sealed(sealed.seal, sealed.holder, sealed.signed_at, page))
    _verify_seal(report, sealed, trust, at)
    same = sealed.data_hash == sm3(parts[path]) and sealed.property_info.lstrip("/") == path
    report.add(
        "data_hash",
        same,
        "签章描述文件与签章时一致" if same else "签章描述文件被改动或被移到别处",
        () if same else (path,),
    )
    seal_path = description.findtext("{*}SignedInfo/{*}Seal/{*}BaseLoc")
    _verify_references(report, parts, description, path, own, pages, seal_path, sealed)
    _time_stamp(report, sealed)


def _read_signature(report: Report, data: bytes) -> SealSignature | None:
    try:
        sealed = parse_signature(data)
    except SealError as error:
        report.add("seal_format", False, str(error))
        return None
    algorithms = {sealed.algorithm, sealed.seal.algorithm}
    if algorithms != {SM2_WITH_SM3}:
        report.add("seal_format", False, "签名算法不是SM2WithSM3")
        return None
    report.add("seal_format", True, f"GB/T 38540第4版，印章“{sealed.seal.name}”，编码{sealed.seal.code}")
    return sealed


def _verify_seal(report: Report, sealed: SealSignature, trust: Trust, at: datetime) -> None:
    seal, when = sealed.seal, sealed.signed_at
    made = verify(seal.maker.public_key, seal.info, seal.signature)
    report.add("maker_signature", made, "印章数据与制作时一致" if made else "印章数据被改动或不是该机构制作")
    _chain(report, "maker_chain", seal.maker, trust, when)
    valid = seal.valid_from <= when <= seal.valid_to
    span = f"{seal.valid_from:%Y-%m-%d}至{seal.valid_to:%Y-%m-%d}"
    report.add("seal_validity", valid, span if valid else f"签章时印章不在有效期（{span}）内")
    _seal_status(report, seal, trust, when)
    signed = verify(sealed.holder.public_key, sealed.to_sign, sealed.signature)
    report.add("holder_signature", signed, sealed.holder.common_name if signed else "签名与签章人证书不符")
    named = seal.names(sealed.holder)
    report.add("certificate_list", named, "" if named else "签章人的证书不在印章的证书列表中")
    _chain(report, "holder_chain", sealed.holder, trust, when)
    early = when <= at + CLOCK_SKEW
    report.add(
        "signing_time", early, f"{when.astimezone(at.tzinfo):%Y-%m-%d %H:%M:%S}" if early else "签章时间晚于当前时间"
    )


def _chain(report: Report, name: str, certificate: Certificate, trust: Trust, when: datetime) -> None:
    try:
        path = verify_chain(certificate, trust.intermediates, trust.roots, when)
    except ChainError as error:
        report.add(name, False, str(error))
        return
    if trust.certificate_revoked_at is not None:
        for link in path:
            revoked = trust.certificate_revoked_at(link)
            if revoked is not None and revoked <= when:
                report.add(name, False, f"证书“{link.common_name}”在签章前已被吊销")
                return
    report.add(name, True, " ← ".join(link.common_name for link in path))


def _seal_status(report: Report, seal: Seal, trust: Trust, when: datetime) -> None:
    if trust.seal_revoked_at is None:
        report.add("seal_status", None, "无法联网查询印章状态")
        return
    revoked = trust.seal_revoked_at(seal)
    good = revoked is None or revoked > when
    report.add("seal_status", good, "签章时印章状态正常" if good else "签章时印章已被注销")


def _verify_references(
    report: Report, parts: Parts, description: etree._Element, path: str, own: set[str], pages: list[tuple[str, str]],
    seal_path: str | None, sealed: SealSignature,
) -> None:  # fmt: skip
    references = description.find("{*}SignedInfo/{*}References")
    method = references.get("CheckMethod", "") if references is not None else ""
    if references is None or method not in (SM3, "SM3"):
        report.add("protected_files", False, "签章描述中的杂凑算法不是SM3")
        return
    changed, covered = [], set()
    for reference in references.iter("{*}Reference"):
        name = resolve(path, reference.get("FileRef", ""))
        if name in covered:
            continue
        covered.add(name)
        if not _matches(parts.get(name), reference.findtext("{*}CheckValue") or ""):
            changed.append(name)
    # the seal file beside the signature must be the very seal inside it
    if seal_path and parts.get(resolve(path, seal_path)) != sealed.seal.der:
        changed.append(resolve(path, seal_path))
    changed = list(dict.fromkeys(changed))
    friendly = _describe(changed, pages)
    report.add(
        "protected_files",
        not changed,
        f"共{len(covered)}个文件，均与签章时一致" if not changed else f"签章后被改动：{friendly}",
        tuple(changed),
    )
    loose = [name for name in parts if name not in covered and name not in own]
    detail = "文件全部内容受签章保护" if not loose else "不在签章保护之内：" + _describe(loose, pages)
    report.add("coverage", not loose, detail, tuple(loose))


def _matches(data: bytes | None, stated: str) -> bool:
    try:
        return data is not None and base64.b64decode(stated, validate=True) == sm3(data)
    except binascii.Error:
        return False


def _time_stamp(report: Report, sealed: SealSignature) -> None:
    detail = "签章含时间戳，本系统暂不能核验" if sealed.has_time_stamp else "签章未含可信时间戳，时间由签章人声明"
    report.add("time_stamp", None, detail)


def _describe(names: list[str], pages: list[tuple[str, str]]) -> str:
    more = f"等{len(names)}个文件" if len(names) > _NAMED else ""
    return "、".join(describe_part(name, pages) for name in names[:_NAMED]) + more


def describe_part(name: str, pages: list[tuple[str, str]]) -> str:
    """Return a name for readers with the path behind it."""
    paths = [path for _, path in pages]
    if name in paths:
        return f"第{paths.index(name) + 1}页内容（{name}）"
    for fragment, title in _PART_TITLES:
        if fragment in name:
            return f"{title}（{name}）"
    return name


_PART_TITLES = (
    ("OFD.xml", "文档信息与元数据"),
    ("Document.xml", "文档结构"),
    ("/Tpls/", "证照底版"),
    ("Res.xml", "资源目录"),
    ("/Res/font", "字体"),
    ("/Res/", "图片"),
    ("/Attachs/", "附件"),
    ("/Tags/", "照面数据标引"),
    ("Seal.esl", "印章数据"),
)
