"""Packages made to harm: refused with a step in the report, never an exception, never much memory."""

import io
import random
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiangyun.kit.ofd import OfdError, UnsafePackage, pack, read_document, unpack, verify_ofd
from xiangyun.kit.ofd.package import MAX_PARTS, parse_xml, resolve
from xiangyun.kit.ofd.tests.samples import AT, authority, sealed


def archive(*entries: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in entries:
            made.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


ROOT = b'<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"><ofd:DocBody><ofd:DocRoot>%s</ofd:DocRoot></ofd:DocBody></ofd:OFD>'


@pytest.mark.parametrize(
    "data",
    [
        archive(("../evil.xml", b"x")),
        archive(("/etc/passwd", b"x")),
        archive(("a/../../evil", b"x")),
        archive(("..\\evil", b"x")),
        archive(("C:/x", b"x")),
        archive(("a//b", b"x")),
        archive(("OFD.xml", b"x"), ("ofd.XML", b"y")),
        archive(("bomb.xml", b"0" * (40 * 1024 * 1024))),
        archive(*((f"f{i}", b"") for i in range(MAX_PARTS + 1))),
        archive(("OFD.xml", ROOT % b"../../x.xml")),
        archive(("OFD.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')),
        archive(("OFD.xml", b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>')),
    ],
)
def test_harmful_packages_are_refused(data: bytes) -> None:
    with pytest.raises(UnsafePackage):
        read_document(data)
    report = verify_ofd(data, authority().trust, AT)
    assert report.failures == ["format"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        b"not a zip",
        b"%PDF-1.7",
        archive(("a.xml", b"")),
        archive(("OFD.xml", b"")),
        archive(("OFD.xml", b"<a>")),
        archive(("OFD.xml", ROOT % b"Doc_0/Document.xml")),
        archive(("OFD.xml", ROOT % b"D.xml"), ("D.xml", b"<Document/>")),
        archive(("OFD.xml", b"<a>" * 3000)),
    ],
)
def test_broken_packages_are_refused(data: bytes) -> None:
    with pytest.raises(OfdError):
        read_document(data)
    assert verify_ofd(data, authority().trust, AT).failures == ["format"]


def test_entities_in_other_encodings_are_refused() -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    with pytest.raises(UnsafePackage):
        parse_xml(text.encode("utf-16"), "a.xml")


def test_billion_laughs_is_refused() -> None:
    levels = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    with pytest.raises(OfdError):
        parse_xml(f'<!DOCTYPE a [<!ENTITY e0 "x">{levels}]><a>&e11;</a>'.encode(), "a.xml")


def test_sizes_in_the_directory_are_not_believed() -> None:
    data = bytearray(archive(("OFD.xml", b"0" * 3_000_000)))
    # claim 10 bytes in local header and central directory
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(mark)
        data[at + offset : at + offset + 4] = (10).to_bytes(4, "little")
    with pytest.raises(OfdError):
        unpack(bytes(data))


def test_paths_are_resolved_within_the_package() -> None:
    assert resolve("Doc_0/Document.xml", "Pages/Page_0/Content.xml") == "Doc_0/Pages/Page_0/Content.xml"
    assert resolve("Doc_0/a/b.xml", "../c.xml") == "Doc_0/c.xml"
    assert resolve("Doc_0/a.xml", "/Doc_0/./b.xml") == "Doc_0/b.xml"
    with pytest.raises(UnsafePackage):
        resolve("a.xml", "../b.xml")


@given(st.integers(0, 2**31), st.integers(1, 255))
@settings(max_examples=250, deadline=None)
def test_any_flipped_byte_is_noticed_or_harmless(seed: int, mask: int) -> None:
    data = bytearray(sealed())
    data[random.Random(seed).randrange(len(data))] ^= mask
    report = verify_ofd(bytes(data), authority().trust, AT)
    assert not report.is_valid or unpack(bytes(data)) == unpack(sealed())


@given(st.integers(0, 30), st.integers(0, 2**31), st.integers(1, 255))
@settings(max_examples=250, deadline=None)
def test_any_flipped_byte_of_any_part_is_noticed(index: int, seed: int, mask: int) -> None:
    parts = unpack(sealed())
    name = sorted(parts)[index % len(parts)]
    data = bytearray(parts[name])
    data[random.Random(seed).randrange(len(data))] ^= mask
    parts[name] = bytes(data)
    report = verify_ofd(pack(parts), authority().trust, AT)
    # the list of seals is protected by what it points to; a byte of its declaration or numbering says nothing
    assert not report.is_valid or name == "Doc_0/Signs/Signatures.xml"


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_junk_never_raises(junk: bytes) -> None:
    assert not verify_ofd(junk, authority().trust, AT).is_valid
