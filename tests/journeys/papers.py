"""Judging a downloaded certificate: our verifier, `ofdkit` and `openssl`, with nothing but public addresses."""

import base64
import io
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ofdkit
import zxingcpp
from PIL import Image

from xiangyun.kit.guomi import DEFAULT_USER_ID
from xiangyun.kit.guomi.x509 import Certificate, parse_certificate, pem
from xiangyun.kit.ofd import Report, Trust, parse_signature, unpack, verify_ofd

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
_ID = f"distid:{DEFAULT_USER_ID.decode()}"


def scan(code: Any) -> str:
    """What a scanner reads from a QR code on the screen."""
    found = zxingcpp.read_barcode(Image.open(io.BytesIO(code.screenshot())))
    assert found is not None, "no QR code can be read"
    return str(found.text)


def read_text(data: bytes) -> str:
    """The text of the pages, as another program reads it."""
    with ofdkit.open(data) as opened:
        return "\n".join(page.text() for page in opened.pages)


def verify_file(data: bytes, chain: str) -> Report:
    """What our verifier finds who trusts the root of the published chain alone."""
    root, *others = parse_chain(chain)
    return verify_ofd(data, Trust(roots=[root], intermediates=others), datetime.now(UTC))


def parse_chain(chain: str) -> list[Certificate]:
    """The published certificates, the root first."""
    blocks = re.findall(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", chain, re.DOTALL)
    found = [parse_certificate(_der(block)) for block in blocks]
    return sorted(found, key=lambda certificate: certificate.subject != certificate.issuer)


def verify_by_openssl(data: bytes, chain: str, folder: Path) -> None:
    """Let `openssl` follow the chain to the root and check the signature on the document."""
    parts = unpack(data)
    signature = parse_signature(next(parts[name] for name in sorted(parts) if name.endswith("SignedValue.dat")))
    certificates = parse_chain(chain)
    below = signature.holder
    while below.subject != below.issuer:
        above = next(certificate for certificate in certificates if certificate.subject == below.issuer)
        _write(folder / "above.pem", pem(above.der))
        _write(folder / "below.pem", pem(below.der))
        # openssl gives the user id only to the certificate it checks: one call a link
        openssl(
            "verify", "-x509_strict", "-vfyopt", _ID, "-partial_chain", "-trusted", "above.pem", "below.pem", at=folder
        )
        below = above
    _write(folder / "key.pem", pem(signature.holder.public_key.to_der(), "PUBLIC KEY"))
    (folder / "signed").write_bytes(signature.to_sign)
    (folder / "signature").write_bytes(signature.signature)
    openssl(
        "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-in", "signed", "-rawin", "-digest", "sm3",
        "-pkeyopt", _ID, "-sigfile", "signature", at=folder,
    )  # fmt: skip


def openssl(*arguments: str, at: Path) -> None:
    done = subprocess.run(["openssl", *arguments], cwd=at, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="ascii")


def _der(block: str) -> bytes:

    return base64.b64decode("".join(block.splitlines()[1:-1]))
