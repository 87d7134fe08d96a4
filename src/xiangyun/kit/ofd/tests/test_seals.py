"""Seals: good ones verify step by step, every change is named, openssl agrees."""

import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import core

from xiangyun.kit.guomi import PrivateKey
from xiangyun.kit.guomi.x509 import Certificate, pem
from xiangyun.kit.ofd import (
    Position,
    SealError,
    SealHolder,
    Status,
    Trust,
    make_seal,
    pack,
    parse_seal,
    parse_signature,
    sign_detached,
    sign_ofd,
    unpack,
    verify_detached,
    verify_ofd,
    write_document,
)
from xiangyun.kit.ofd.tests.samples import (
    AT,
    FROM,
    TO,
    Authority,
    authority,
    document,
    holder,
    new_seal,
    picture,
    sealed,
)

NOW = AT + timedelta(hours=1)
SIGN = "Doc_0/Signs/Sign_0/"
ALL_STEPS = [
    "format", "seal_format", "maker_signature", "maker_chain", "seal_validity", "seal_status", "holder_signature",
    "certificate_list", "holder_chain", "signing_time", "data_hash", "protected_files", "coverage", "time_stamp",
]  # fmt: skip


def flip(data: bytes, position: int | None = None) -> bytes:
    changed = bytearray(data)
    changed[len(data) // 2 if position is None else position] ^= 1
    return bytes(changed)


def changed(**edits: Callable[[bytes], bytes]) -> bytes:
    parts = unpack(sealed())
    for name, edit in edits.items():
        parts[name] = edit(parts[name])
    return pack(parts)


def test_sealed_document_passes_every_step() -> None:
    report = verify_ofd(sealed(), authority().trust, NOW)
    assert [step.name for step in report.steps] == ALL_STEPS
    unknown = {step.name for step in report.steps if step.status is Status.UNKNOWN}
    assert unknown == {"seal_status", "time_stamp"}
    assert report.is_valid
    assert report.seals[0].seal.name == "长春市示例市场监督管理局专用章"
    assert report.seals[0].page == 0
    assert report.seals[0].seal.picture == picture()


@pytest.mark.parametrize(
    ("name", "needle", "steps", "said"),
    [
        ("Doc_0/Pages/Page_0/Content.xml", "有限公司", ["protected_files"], "第1页内容"),
        ("Doc_0/Pages/Page_1/Content.xml", "第二页", ["protected_files"], "第2页内容"),
        ("Doc_0/Tpls/Tpl_0/Content.xml", "食品", ["protected_files"], "证照底版"),
        ("OFD.xml", "JY0", ["protected_files"], "文档信息与元数据"),
        ("Doc_0/Attachs/attach_0.xml", "长春", ["protected_files"], "附件"),
        ("Doc_0/Tags/Face.xml", "legal_rep", ["protected_files"], "照面数据标引"),
        (SIGN + "Seal.esl", "\x89PNG", ["protected_files"], "印章数据"),
        (SIGN + "Signature.xml", "2026-11", ["data_hash"], "签章描述文件"),
    ],
)
def test_one_changed_byte_is_named(name: str, needle: str, steps: list[str], said: str) -> None:
    parts = unpack(sealed())
    data = parts[name]
    at = data.index(needle.encode("latin-1") if needle.startswith("\x89") else needle.encode()) + 2
    # a letter of the content itself: the XML stays well formed
    parts[name] = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    report = verify_ofd(pack(parts), authority().trust, NOW)
    assert not report.is_valid
    assert report.failures == steps
    step = next(step for step in report.steps if step.name == steps[0])
    assert said in step.detail
    assert step.parts == (name,)


def test_font_change_is_named() -> None:
    report = verify_ofd(changed(**{"Doc_0/Res/font_1.ttf": flip}), authority().trust, NOW)
    assert report.failures == ["protected_files"]
    assert "字体（Doc_0/Res/font_1.ttf）" in report.steps[-3].detail


def value_with(edit: Callable[[bytes], bytes]) -> bytes:
    return changed(**{SIGN + "SignedValue.dat": edit})


def test_changed_picture_inside_the_seal_breaks_maker_and_holder_signature() -> None:
    def edit(data: bytes) -> bytes:
        at = data.index(b"IDAT") + 40
        return flip(data, at)

    report = verify_ofd(value_with(edit), authority().trust, NOW)
    assert report.failures == ["maker_signature", "holder_signature", "protected_files"]


def test_changed_seal_name_breaks_the_maker_signature() -> None:
    def edit(data: bytes) -> bytes:
        return data.replace("示例市场监督管理局专用章".encode(), "示例市场监督管理厅专用章".encode())

    assert "maker_signature" in verify_ofd(value_with(edit), authority().trust, NOW).failures


def test_changed_signature_value_is_named() -> None:
    assert verify_ofd(value_with(lambda d: flip(d, len(d) - 5)), authority().trust, NOW).failures == [
        "holder_signature"
    ]


def test_seal_moved_to_another_document_is_refused() -> None:
    other = unpack(sign_ofd(pack(write_document(document("别家公司"))), holder(), Position(0, 220, 150), AT))
    for name, data in unpack(sealed()).items():
        if "/Signs/" in name:
            other[name] = data
    assert verify_ofd(pack(other), authority().trust, NOW).failures == ["protected_files"]


def test_added_file_and_missing_file_are_named() -> None:
    parts = unpack(sealed())
    report = verify_ofd(pack({**parts, "Doc_0/Pages/Page_9/Content.xml": b"<x/>"}), authority().trust, NOW)
    assert report.failures == ["coverage"]
    assert report.steps[-2].parts == ("Doc_0/Pages/Page_9/Content.xml",)
    del parts["Doc_0/Attachs/attach_0.xml"]
    assert verify_ofd(pack(parts), authority().trust, NOW).failures == ["protected_files"]


def test_unsealed_and_stripped_documents_are_not_valid() -> None:
    report = verify_ofd(pack(write_document(document())), authority().trust, NOW)
    assert report.failures == ["seal_format"]
    assert not report.is_valid
    parts = {name: data for name, data in unpack(sealed()).items() if "/Signs/" not in name}
    assert verify_ofd(pack(parts), authority().trust, NOW).failures == ["seal_format"]


def test_second_seal_covers_the_first_and_both_verify() -> None:
    second = new_seal(authority(), "长春市示例行政审批局")
    data = sign_ofd(sealed(), second, Position(1, 150, 250), AT + timedelta(minutes=2))
    report = verify_ofd(data, authority().trust, NOW)
    assert report.is_valid
    assert [item.page for item in report.seals] == [0, 1]
    parts = unpack(data)
    parts["Doc_0/Pages/Page_0/Content.xml"] = parts["Doc_0/Pages/Page_0/Content.xml"].replace(
        "有限".encode(), "无限".encode()
    )
    assert verify_ofd(pack(parts), authority().trust, NOW).failures == ["protected_files", "protected_files"]


def test_dates_are_checked_at_the_signing_time() -> None:
    short = new_seal(authority(), until=AT - timedelta(days=1))
    data = sign_ofd(pack(write_document(document())), short, Position(0, 10, 10), AT)
    assert verify_ofd(data, authority().trust, NOW).failures == ["seal_validity"]
    stale = new_seal(authority(), certificate_until=AT - timedelta(days=1))
    data = sign_ofd(pack(write_document(document())), stale, Position(0, 10, 10), AT)
    assert verify_ofd(data, authority().trust, NOW).failures == ["holder_chain"]
    ahead = sign_ofd(pack(write_document(document())), holder(), Position(0, 10, 10), AT + timedelta(days=2))
    assert verify_ofd(ahead, authority().trust, NOW).failures == ["signing_time"]
    # a seal that expired after the signing stays good
    assert verify_ofd(sealed(), authority().trust, TO + timedelta(days=400)).is_valid


def test_revocation_counts_from_its_moment() -> None:
    issuer = authority()

    def trust(seal_at: datetime | None, certificate_at: datetime | None) -> Trust:
        return Trust(
            issuer.trust.roots,
            issuer.trust.intermediates,
            lambda _: seal_at,
            lambda c: certificate_at if not c.is_ca else None,
        )

    assert verify_ofd(sealed(), trust(None, None), NOW).is_valid
    assert verify_ofd(sealed(), trust(AT + timedelta(days=1), AT + timedelta(days=1)), NOW).is_valid
    assert verify_ofd(sealed(), trust(AT - timedelta(days=1), None), NOW).failures == ["seal_status"]
    assert verify_ofd(sealed(), trust(None, AT - timedelta(days=1)), NOW).failures == ["maker_chain", "holder_chain"]


def test_unknown_authority_and_foreign_holder_are_refused() -> None:
    root_key = PrivateKey.generate()
    stranger = Authority(authority().root, authority().ca, root_key, authority().maker, root_key)
    # a maker that the authority never certified
    forged = new_seal(stranger)
    data = sign_ofd(pack(write_document(document())), forged, Position(0, 10, 10), AT)
    assert verify_ofd(data, authority().trust, NOW).failures == ["maker_signature", "holder_chain"]
    # a good certificate that this seal does not name
    key = PrivateKey.generate()
    other = authority().issue("别的单位", key, 200)
    good = holder()
    thief = SealHolder(good.seal, other, key, good.width, good.height)
    data = sign_ofd(pack(write_document(document())), thief, Position(0, 10, 10), AT)
    assert verify_ofd(data, authority().trust, NOW).failures == ["certificate_list"]


def test_detached_seal_over_a_pdf() -> None:
    pdf = b"%PDF-1.7 body"
    signature = sign_detached(pdf, holder(), AT)
    assert verify_detached(pdf, signature, authority().trust, NOW).is_valid
    assert verify_detached(flip(pdf), signature, authority().trust, NOW).failures == ["data_hash"]
    assert verify_detached(pdf, b"junk", authority().trust, NOW).failures == ["seal_format"]


def test_seal_round_trip() -> None:
    seal = parse_seal(holder().seal)
    assert (seal.code, seal.kind, seal.width, seal.height, seal.picture_type) == ("2201040000001", 1, 42, 42, "PNG")
    assert (seal.valid_from, seal.valid_to) == (FROM, TO)
    assert seal.names(holder().certificate)
    for bad in (b"", b"\x30\x00", holder().seal[:-1], core.Integer(5).dump()):
        with pytest.raises(SealError):
            parse_seal(bad)
    with pytest.raises(SealError):
        parse_signature(holder().seal)


def test_openssl_verifies_signature_and_chain_of_a_sealed_file(tmp_path: Path) -> None:
    signature = parse_signature(unpack(sealed())[SIGN + "SignedValue.dat"])
    issuer = authority()

    def check(certificate: Certificate, message: bytes, value: bytes) -> None:
        (tmp_path / "key.pem").write_text(pem(certificate.public_key.to_der(), "PUBLIC KEY"))
        (tmp_path / "message").write_bytes(message)
        (tmp_path / "value").write_bytes(value)
        subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-in", "message", "-rawin",
             "-digest", "sm3", "-pkeyopt", "distid:1234567812345678", "-sigfile", "value"],
            cwd=tmp_path, check=True, capture_output=True,
        )  # fmt: skip

    check(signature.holder, signature.to_sign, signature.signature)
    check(signature.seal.maker, signature.seal.info, signature.seal.signature)
    files = {"root": issuer.root, "ca": issuer.ca, "holder": signature.holder, "maker": signature.seal.maker}
    for name, certificate in files.items():
        (tmp_path / f"{name}.pem").write_text(pem(certificate.der))
    at = ["-vfyopt", "distid:1234567812345678", "-attime", str(int(AT.timestamp()))]
    for trusted, leaf in (("root", "ca"), ("ca", "holder"), ("ca", "maker")):
        command = [
            "openssl",
            "verify",
            "-x509_strict",
            *at,
            "-partial_chain",
            "-trusted",
            f"{trusted}.pem",
            f"{leaf}.pem",
        ]
        assert b": OK" in subprocess.run(command, cwd=tmp_path, check=True, capture_output=True).stdout


def test_digest_list_seal_names_its_holder() -> None:
    from xiangyun.kit.guomi import sm3
    from xiangyun.kit.ofd.seal import DigestList, SealData, SealInfo

    good = holder()
    data = SealData.load(good.seal)
    info = SealInfo.load(data["info"].dump())
    info["property"]["cert_list_type"] = 2
    info["property"]["cert_list"] = DigestList([{"type": "1.2.156.10197.1.401", "value": sm3(good.certificate.der)}])
    der = SealData(
        {
            "info": info,
            "certificate": authority().maker.der,
            "algorithm": "1.2.156.10197.1.501",
            "signature": authority().maker_key.sign(info.dump(force=True)),
        }
    ).dump()
    sealed_by_digest = SealHolder(der, good.certificate, good.signer, 42, 42)
    assert parse_seal(der).names(good.certificate)
    assert verify_detached(b"x", sign_detached(b"x", sealed_by_digest, AT), authority().trust, NOW).is_valid


def test_make_seal_holds_rare_characters() -> None:
    der = make_seal(
        code="2201040000002", name="𬭎𪚥章", picture=picture(), width=42, height=42, holders=[holder().certificate],
        maker=authority().maker, maker_signer=authority().maker_key, created=FROM, valid_from=FROM, valid_to=TO,
    )  # fmt: skip
    assert (parse_seal(der).name, parse_seal(der).kind) == ("𬭎𪚥章", 1)
