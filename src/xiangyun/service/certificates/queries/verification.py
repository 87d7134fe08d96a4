"""Verify a file that somebody brings: the seal step by step, then the register: ours, the same, in force."""

from dataclasses import dataclass
from datetime import datetime

from xiangyun.kit.guomi import sm3
from xiangyun.kit.ofd import OfdError, Report, Status, Step, read_metadata, unpack
from xiangyun.service.certificates.queries.certificates import PublicFacts, find_public_facts
from xiangyun.service.seals import api as seals

IDENTIFIER_KEY = "certificate_identifier"
MAX_FILE = 20 * 1024 * 1024
_PDF = "PDF是视读件，不能用于核验。请上传OFD格式的电子证照原件，或扫描证照上的二维码核验。"


@dataclass(frozen=True, kw_only=True)
class FileVerification:
    """The report on a file; `facts` when the register knows the certificate."""

    steps: list[Step]
    facts: PublicFacts | None
    is_valid: bool
    is_demo: bool


def verify_file(*, data: bytes, at: datetime) -> FileVerification:
    """Check seal, content and register entry of an uploaded OFD certificate."""
    if data[:5] == b"%PDF-":
        step = Step("format", "文件格式", Status.FAIL, _PDF)
        return FileVerification(steps=[step], facts=None, is_valid=False, is_demo=False)
    checked = seals.verify_document(data=data, at=at)
    register, facts = _check_register(data, checked.report, at)
    return FileVerification(
        steps=[*checked.report.steps, *register],
        facts=facts,
        is_valid=checked.report.is_valid and all(step.status is not Status.FAIL for step in register),
        is_demo=checked.is_demo,
    )


def _check_register(data: bytes, report: Report, at: datetime) -> tuple[list[Step], PublicFacts | None]:
    if "format" in report.failures:
        return [], None
    try:
        identifier = read_metadata(unpack(data)).get(IDENTIFIER_KEY, "")
    except OfdError:
        identifier = ""
    found = find_public_facts(identifier, at) if identifier else None
    if found is None:
        return [Step("register", "证照登记", Status.FAIL, "本平台没有该文件所称证照的登记")], None
    facts, digest = found
    same = digest == sm3(data).hex()
    registered = Step(
        "register",
        "证照登记",
        Status.PASS if same else Status.FAIL,
        f"与登记的{facts.type_name}一致" if same else "与登记的文件不一致，可能被改动或不是当前版本",
    )
    state = Step("state", "证照状态", Status.PASS if facts.in_force else Status.FAIL, facts.status_name)
    return [registered, state], facts
