"""Region codes: 6 digits (GB/T 2260), 9 with the town (GB/T 10114), 12 with the village, padded with zeros."""

import re

from xiangyun.kit.errors import ValidationError

# first digit: great region; second: province within it (GB/T 2260)
_PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]")


def check_region_code(value: str) -> str:
    """Return the 12-digit form of a 6-, 9- or 12-digit code; a gap (a village without its town) is refused.

    Raises: ValidationError.
    """
    text = value.strip()
    if not re.fullmatch(r"[0-9]{6}(?:[0-9]{3}){0,2}", text) or not _PROVINCES.fullmatch(text[:2]):
        raise ValidationError("区划代码应为6位、9位或12位数字，前两位为省级代码，请核对。")
    code = text.ljust(12, "0")
    parts = (code[2:4], code[4:6], code[6:9], code[9:12])
    filled = [bool(int(part)) for part in parts]
    if filled != sorted(filled, reverse=True) and not _is_direct_town(filled):
        raise ValidationError("区划代码的上级部分为零而下级不为零，请核对。")
    return code


def _is_direct_town(filled: list[bool]) -> bool:
    # 东莞 and others have towns straight below the city, counties straight below the province exist too
    return filled[0] and filled[2]


def region_level(code: str) -> int:
    """Return 1 province, 2 city, 3 county, 4 town, 5 village for a 12-digit code."""
    for level, part in ((5, code[9:12]), (4, code[6:9]), (3, code[4:6]), (2, code[2:4])):
        if int(part):
            return level
    return 1
