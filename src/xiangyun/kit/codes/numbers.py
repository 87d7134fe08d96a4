"""Numbers of daily life that people type: mobile, bank card (ISO/IEC 7812), plate (GA 36)."""

import re

from xiangyun.kit.errors import ValidationError

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_PLATE = re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-Z]")
_PLATE_TAIL = re.compile(r"[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳]|[DF][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[DF]")


def check_mobile(value: str) -> str:
    """Return the 11 digits (spaces, dashes and +86 removed), or refuse the number.

    Raises: ValidationError.
    """
    number = re.sub(r"[\s-]", "", value)
    number = number.removeprefix("+86")
    if not _MOBILE.fullmatch(number):
        raise ValidationError("手机号码应为11位数字，以1开头，请核对后重新填写。")
    return number


def is_mobile(value: str) -> bool:
    """Say whether `check_mobile` would take the number."""
    try:
        check_mobile(value)
    except ValidationError:
        return False
    return True


def luhn_digit(body: str) -> str:
    """Return the check digit of the digits before it (ISO/IEC 7812-1 annex B)."""
    total = 0
    for index, char in enumerate(reversed(body)):
        digit = int(char) * (2 if index % 2 == 0 else 1)
        total += digit - 9 if digit > 9 else digit
    return str(-total % 10)


def check_bank_card(value: str) -> str:
    """Return the digits of a card or account number (12–19), or refuse it.

    Raises: ValidationError.
    """
    number = re.sub(r"[\s-]", "", value)
    if not re.fullmatch(r"[0-9]{12,19}", number):
        raise ValidationError("银行卡号应为12至19位数字，请核对后重新填写。")
    if luhn_digit(number[:-1]) != number[-1]:
        raise ValidationError("银行卡号的校验位不正确，请核对是否有输错的数字。")
    return number


def check_plate(value: str) -> str:
    """Return a vehicle plate in capitals (吉A12345, new energy 吉AD12345), or refuse it.

    Raises: ValidationError.
    """
    plate = re.sub(r"[\s·]", "", value).upper()
    if not _PLATE.fullmatch(plate[:2]) or not _PLATE_TAIL.fullmatch(plate[2:]):
        raise ValidationError("车牌号不正确，应如 吉A12345 或新能源 吉AD12345，请核对后重新填写。")
    return plate
