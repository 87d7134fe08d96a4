"""Citizen identification number (GB 11643-1999)."""

import re
from datetime import date
from typing import Literal

from xiangyun.kit.errors import ValidationError

_SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_OLDEST_YEAR = 1850


def citizen_id_check_digit(first17: str) -> str:
    """Return the 18th character (ISO 7064 MOD 11-2)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True)) % 11]


def check_citizen_id(value: str, *, on: date | None = None) -> str:
    """Return the number with a capital X, or refuse it; a birth after `on` (default: today) is refused.

    The region part is not looked up: people keep the number of divisions long gone.

    Raises: ValidationError.
    """
    number = value.strip().upper()
    if not _SHAPE.fullmatch(number):
        raise ValidationError("身份证号码应为18位（末位可为X），请核对后重新填写。")
    birth = _birth(number)
    if birth is None or birth.year < _OLDEST_YEAR or birth > (on or date.today()):
        raise ValidationError("身份证号码中的出生日期不正确，请核对后重新填写。")
    if citizen_id_check_digit(number[:17]) != number[17]:
        raise ValidationError("身份证号码的校验位不正确，请核对是否有输错的数字。")
    return number


def make_citizen_id(region: str, birth: date, serial: int) -> str:
    """Return the number of a 6-digit region code, a birth date and a serial 0–999 (odd male, even female)."""
    if not re.fullmatch(r"[1-9][0-9]{5}", region) or not 0 <= serial <= 999:
        raise ValueError("region has 6 digits and serial lies in 0–999")
    first17 = f"{region}{birth:%Y%m%d}{serial:03d}"
    return first17 + citizen_id_check_digit(first17)


def _birth(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def birth_of(number: str) -> date:
    """Return the birth date in a checked number.

    Raises: ValidationError.
    """
    birth = _birth(number)
    if birth is None:
        raise ValidationError("身份证号码中的出生日期不正确，请核对后重新填写。")
    return birth


def sex_of(number: str) -> Literal["1", "2"]:
    """Return the sex code (GB/T 2261.1: 1 male, 2 female) in a checked number."""
    return "1" if int(number[16]) % 2 else "2"
