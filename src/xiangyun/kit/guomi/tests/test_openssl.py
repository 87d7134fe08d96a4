"""Both directions against the `openssl` command line."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from xiangyun.kit.guomi import PrivateKey, PublicKey, sign, sm3, verify
from xiangyun.kit.guomi.revocation import issue_revocation_list
from xiangyun.kit.guomi.x509 import Name, issue_certificate, parse_certificate, pem, verify_chain

FROM, TO, AT = (datetime(y, 1, 1, tzinfo=UTC) for y in (2020, 2040, 2026))
ID = "1234567812345678"


def openssl(*arguments: str, stdin: bytes = b"") -> bytes:
    done = subprocess.run(["openssl", *arguments], input=stdin, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_openssl_verifies_our_signature(tmp_path: Path) -> None:
    key = PrivateKey.generate()
    (tmp_path / "pub.pem").write_text(pem(key.public_key.to_der(), "PUBLIC KEY"))
    (tmp_path / "m").write_bytes("吉林省".encode())
    (tmp_path / "s").write_bytes(sign(key, "吉林省".encode()))
    out = openssl(
        "pkeyutl", "-verify", "-pubin", "-inkey", str(tmp_path / "pub.pem"), "-in", str(tmp_path / "m"), "-rawin",
        "-digest", "sm3", "-pkeyopt", f"distid:{ID}", "-sigfile", str(tmp_path / "s"),
    )  # fmt: skip
    assert b"Verified Successfully" in out


def test_we_verify_openssls_signature_and_read_its_keys(tmp_path: Path) -> None:
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2", "-out", str(tmp_path / "key.pem"))
    (tmp_path / "m").write_bytes(b"hello")
    openssl(
        "pkeyutl", "-sign", "-inkey", str(tmp_path / "key.pem"), "-in", str(tmp_path / "m"), "-rawin", "-digest", "sm3",
        "-pkeyopt", f"distid:{ID}", "-out", str(tmp_path / "s"),
    )  # fmt: skip
    private = PrivateKey.from_der(
        openssl("pkcs8", "-topk8", "-nocrypt", "-in", str(tmp_path / "key.pem"), "-outform", "DER")
    )
    public = PublicKey.from_der(openssl("pkey", "-in", str(tmp_path / "key.pem"), "-pubout", "-outform", "DER"))
    assert private.public_key == public
    assert verify(public, b"hello", (tmp_path / "s").read_bytes())


def test_openssl_reads_our_private_key(tmp_path: Path) -> None:
    key = PrivateKey.generate()
    (tmp_path / "k.der").write_bytes(key.to_der())
    assert (
        openssl("pkey", "-inform", "DER", "-in", str(tmp_path / "k.der"), "-pubout", "-outform", "DER")
        == key.public_key.to_der()
    )


@pytest.mark.parametrize("size", [0, 1, 55, 56, 64, 1000])
def test_sm3_equals_openssl(size: int) -> None:
    data = bytes(i % 251 for i in range(size))
    assert openssl("dgst", "-sm3", "-binary", stdin=data) == sm3(data)


def test_sm4_counter_part_equals_openssl() -> None:
    """GCM's ciphertext is CTR from counter block nonce‖2, which the command line can compute."""
    from xiangyun.kit.guomi import sm4_gcm_encrypt

    key, text = bytes(range(16)), "电子证照".encode() * 9
    sealed = sm4_gcm_encrypt(key, text)
    counter = (sealed[:12] + (2).to_bytes(4, "big")).hex()
    assert openssl("enc", "-sm4-ctr", "-K", key.hex(), "-iv", counter, stdin=text) == sealed[12:-16]


def test_openssl_verifies_our_chain_and_revocation_list(tmp_path: Path) -> None:
    root_key, ca_key, leaf_key = (PrivateKey.generate() for _ in range(3))
    root = parse_certificate(
        issue_certificate(
            subject=Name("演示根", "吉林省"),
            public_key=root_key.public_key,
            signer=root_key,
            serial=1,
            not_before=FROM,
            not_after=TO,
            is_ca=True,
        )
    )
    ca = parse_certificate(
        issue_certificate(
            subject=Name("演示签发CA", "吉林省"), public_key=ca_key.public_key, signer=root_key, issuer=root, serial=2,
            not_before=FROM, not_after=TO, is_ca=True, path_length=0,
        )
    )  # fmt: skip
    leaf = parse_certificate(
        issue_certificate(
            subject=Name("长春市市场监督管理局", "吉林省"),
            public_key=leaf_key.public_key,
            signer=ca_key,
            issuer=ca,
            serial=3,
            not_before=FROM,
            not_after=TO,
        )
    )
    assert verify_chain(leaf, [ca], [root], AT) == [leaf, ca, root]
    for name, certificate in (("root", root), ("ca", ca), ("leaf", leaf)):
        (tmp_path / f"{name}.pem").write_text(pem(certificate.der))
    files = [str(tmp_path / f"{n}.pem") for n in ("root", "ca", "leaf")]
    # openssl gives the user id only to the certificate it checks, not to those between: one call a link
    base = ["verify", "-x509_strict", "-vfyopt", f"distid:{ID}"]
    assert b": OK" in openssl(*base, "-CAfile", files[0], files[1])
    assert b": OK" in openssl(*base, "-partial_chain", "-trusted", files[1], files[2])


def test_openssl_reads_and_verifies_our_revocation_list(tmp_path: Path) -> None:
    key = PrivateKey.generate()
    ca = parse_certificate(
        issue_certificate(
            subject=Name("演示CA"),
            public_key=key.public_key,
            signer=key,
            serial=1,
            not_before=FROM,
            not_after=TO,
            is_ca=True,
        )
    )
    crl = issue_revocation_list(issuer=ca, signer=key, number=1, revoked=[(3, AT)], this_update=AT, next_update=TO)
    text = openssl("crl", "-inform", "DER", "-text", "-noout", stdin=crl).decode()
    assert "Serial Number: 03" in text
    (tmp_path / "crl").write_bytes(crl)
    (tmp_path / "pub.pem").write_text(pem(key.public_key.to_der(), "PUBLIC KEY"))
    # the first element is what is signed; the last bit string is the signature
    lines = openssl("asn1parse", "-inform", "DER", "-in", str(tmp_path / "crl")).decode().splitlines()
    offsets = [int(line.split(":")[0]) for line in lines]
    openssl(
        "asn1parse",
        "-inform",
        "DER",
        "-in",
        str(tmp_path / "crl"),
        "-strparse",
        str(offsets[1]),
        "-out",
        str(tmp_path / "tbs"),
    )
    openssl(
        "asn1parse",
        "-inform",
        "DER",
        "-in",
        str(tmp_path / "crl"),
        "-strparse",
        str(offsets[-1]),
        "-out",
        str(tmp_path / "sig"),
    )
    out = openssl(
        "pkeyutl", "-verify", "-pubin", "-inkey", str(tmp_path / "pub.pem"), "-in", str(tmp_path / "tbs"), "-rawin",
        "-digest", "sm3", "-pkeyopt", f"distid:{ID}", "-sigfile", str(tmp_path / "sig"),
    )  # fmt: skip
    assert b"Verified Successfully" in out


def test_we_read_a_certificate_that_openssl_issued(tmp_path: Path) -> None:
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2", "-out", str(tmp_path / "k.pem"))
    der = openssl(
        "req", "-x509", "-new", "-key", str(tmp_path / "k.pem"), "-sm3", "-sigopt", f"distid:{ID}", "-days", "3650",
        "-subj", "/C=CN/O=openssl/CN=root", "-outform", "DER",
    )  # fmt: skip
    root = parse_certificate(der)
    assert root.common_name == "root"
    assert root.is_signed_by(root)
