"""Small files that ask for much work, and dates that no calendar has: answered soon, with a step, never an exception."""

import random
import time
from collections.abc import Callable

import pytest

from xiangyun.kit.ofd import pack, parse_signature, read_metadata, unpack, verify_ofd
from xiangyun.kit.ofd.tests.samples import AT, authority, sealed
from xiangyun.kit.ofd.tests.test_seals import NOW, SIGN

SECONDS = 3.0
LIST, PAGE, TEMPLATE = "Doc_0/Signs/Signatures.xml", "Doc_0/Pages/Page_0/Content.xml", "Doc_0/Tpls/Tpl_0/Content.xml"


def changed(name: str, edit: Callable[[bytes], bytes], **more: bytes) -> bytes:
    parts = unpack(sealed())
    parts[name] = edit(parts[name])
    return pack({**parts, **more})


def repeated(element: bytes, times: int) -> Callable[[bytes], bytes]:
    """Repeat the line of an element so many times."""

    def edit(data: bytes) -> bytes:
        start = data.index(element)
        end = data.index(b">", data.index(b"/", start)) + 1
        return data[:end] + data[start:end] * times + data[end:]

    return edit


def judged(data: bytes) -> list[str]:
    started = time.monotonic()
    report = verify_ofd(data, authority().trust, NOW)
    read_metadata(unpack(data))
    assert time.monotonic() - started < SECONDS
    return report.failures


def test_one_seal_listed_many_times() -> None:
    assert judged(changed(LIST, repeated(b"<ofd:Signature ", 3000))) == ["seal_format"]


def test_one_big_file_referred_to_many_times() -> None:
    def edit(data: bytes) -> bytes:
        reference = b'<ofd:Reference FileRef="/Big.bin"><ofd:CheckValue>AAAA</ofd:CheckValue></ofd:Reference>'
        at = data.index(b"</ofd:References>")
        return data[:at] + reference * 5000 + data[at:]

    big = random.Random(1).randbytes(4 * 1024 * 1024)
    assert judged(changed(SIGN + "Signature.xml", edit, **{"Big.bin": big})) == ["data_hash", "protected_files"]


def test_many_pages_and_templates_are_not_read_for_the_metadata() -> None:
    content = b"<a>" + b"".join(b'<TextObject Boundary="%d 2 3 4"/>' % number for number in range(100_000)) + b"</a>"
    many = repeated(b"<ofd:Page ", 4000)
    data = changed("Doc_0/Document.xml", many, **{PAGE: content})
    assert "protected_files" in judged(data)


def test_file_beside_the_seal_is_not_covered_by_it() -> None:
    parts = unpack(sealed())
    parts[SIGN + "evil.xml"] = b"x"
    report = verify_ofd(pack(parts), authority().trust, NOW)
    assert report.failures == ["coverage"]
    assert SIGN + "evil.xml" in report.steps[-2].detail


@pytest.mark.parametrize("moment", [b"20261120060501", b"00000101000000Z", b"20261120060501+2", b"99999999999999Z"])
def test_moment_without_zone_or_calendar_is_a_broken_seal(moment: bytes) -> None:
    value = unpack(sealed())[SIGN + "SignedValue.dat"]
    right = parse_signature(value).signed_at.strftime("%Y%m%d%H%M%SZ").encode()
    moment = moment.ljust(len(right), b"0") if len(moment) < len(right) else moment[: len(right)]
    broken = changed(SIGN + "SignedValue.dat", lambda data: data.replace(right, moment))
    assert "seal_format" in verify_ofd(broken, authority().trust, AT).failures
