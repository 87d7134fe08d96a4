"""Identifier of an electronic certificate (GB/T 36904-2018), check character by ISO 7064 MOD 37,36 (GB/T 17710)."""

import re
from dataclasses import dataclass

from xiangyun.kit.codes.uscc import is_uscc
from xiangyun.kit.errors import ValidationError

CERTIFICATE_ROOT = "1.2.156.3005.2"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TYPE = re.compile(r"[0-9A-Z]{18}[0-9]{3}")
_ISSUER = re.compile(r"[0-9A-Z]{1,18}")
_SERIAL = re.compile(r"[0-9A-Z]{1,32}")
_VERSION = re.compile(r"[0-9]{3}")


@dataclass(frozen=True, kw_only=True)
class CertificateIdentifier:
    """The parts of an identifier."""

    type_code: str
    issuer_code: str
    serial: str
    version: str
    check: str

    def __str__(self) -> str:
        return ".".join((CERTIFICATE_ROOT, self.type_code, self.issuer_code, self.serial, self.version, self.check))

    @property
    def is_check_right(self) -> bool:
        """Whether the check character fits; some older foreign ones in circulation do not: warn, do not reject."""
        return certificate_check_character(self.type_code + self.issuer_code + self.serial + self.version) == self.check


def certificate_check_character(body: str) -> str:
    """Return the check character over type, issuer, serial and version, dots and root left out."""
    product = 36
    for char in body:
        product = ((product + _ALPHABET.index(char)) % 36 or 36) * 2 % 37
    return _ALPHABET[(37 - product) % 36]


def build_certificate_identifier(
    type_code: str, issuer_code: str, serial: str, version: int = 1
) -> CertificateIdentifier:
    """Return the identifier of a certificate of ours: 21-character type, issuer's USCC, serial of digits and capitals.

    Raises: ValidationError.
    """
    if not _TYPE.fullmatch(type_code):
        raise ValidationError("证照类型代码应为21位：18位定义机构代码加3位顺序号，请核对。")
    if not is_uscc(issuer_code):
        raise ValidationError("证照颁发机构代码应为18位统一社会信用代码，请核对。")
    if not _SERIAL.fullmatch(serial) or not 1 <= version <= 999:
        raise ValidationError("证照流水号应为1至32位数字或大写字母，版本号应为1至999，请核对。")
    body = f"{type_code}{issuer_code}{serial}{version:03d}"
    return CertificateIdentifier(
        type_code=type_code,
        issuer_code=issuer_code,
        serial=serial,
        version=f"{version:03d}",
        check=certificate_check_character(body),
    )


def parse_certificate_identifier(value: str) -> CertificateIdentifier:
    """Take an identifier apart, with or without its root; look at `is_check_right` besides.

    Raises: ValidationError.
    """
    text = value.strip().upper().removeprefix(CERTIFICATE_ROOT + ".")
    parts = text.split(".")
    shapes = (_TYPE, _ISSUER, _SERIAL, _VERSION, re.compile(r"[0-9A-Z]"))
    if len(parts) != len(shapes) or not all(s.fullmatch(p) for s, p in zip(shapes, parts, strict=True)):
        raise ValidationError(
            "电子证照标识的格式不正确，应由类型代码、颁发机构代码、流水号、版本号、校验位组成，请核对后重新输入。"
        )
    return CertificateIdentifier(
        type_code=parts[0], issuer_code=parts[1], serial=parts[2], version=parts[3], check=parts[4]
    )


def check_certificate_identifier(value: str) -> str:
    """Return the full identifier, or refuse it where shape or check character is wrong.

    Raises: ValidationError.
    """
    identifier = parse_certificate_identifier(value)
    if not identifier.is_check_right:
        raise ValidationError("电子证照标识的校验位不正确，请核对是否有输错的字符。")
    return str(identifier)
