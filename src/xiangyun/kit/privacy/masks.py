"""How personal data looks to those who need not see all of it (practice of GB/T 37964 and GB/T 35273)."""

import re
from collections.abc import Callable

HIDDEN = "***"
# a citizen id, a mobile, a bank card; longer numbers and those within codes and traces stay
_NUMBERS = re.compile(
    r"(?<![0-9A-Za-z])(?:[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]|1[3-9]\d{9}|62\d{14,17})"
    r"(?![0-9A-Za-z])"
)
_COUNTY = re.compile(r"^(?:.{2,10}?(?:省|自治区))?(?:.{2,12}?(?:自治州|地区|盟|市))?(?:.{1,12}?(?:区|县|旗|市))?")


class UnknownMask(ValueError):
    """A field was declared with a kind that no rule covers."""


def _name(value: str) -> str:
    if len(value) < 2:
        return "*"
    if len(value) == 2:
        return value[0] + "*"
    return value[0] + "*" * (len(value) - 2) + value[-1]


def _keep(head: int, tail: int) -> Callable[[str], str]:
    def rule(value: str) -> str:
        hidden = len(value) - head - tail
        # a value too short for its rule would show everything
        if hidden < 2:
            return "*" * len(value)
        return value[:head] + "*" * hidden + (value[-tail:] if tail else "")

    return rule


def _phone(value: str) -> str:
    area, dash, number = value.rpartition("-")
    return f"{area}{dash}{_keep(0, 2)(number)}"


def _address(value: str) -> str:
    match = _COUNTY.match(value)
    kept = match.group(0) if match else ""
    return (kept if len(kept) < len(value) else "") + "****"


def _bank_card(value: str) -> str:
    digits = re.sub(r"\D", "", value)
    if len(digits) < 12:
        return "*" * len(digits)
    return f"{digits[:4]} **** **** {digits[-4:]}"


def _email(value: str) -> str:
    local, at, domain = value.partition("@")
    return f"{local[:1]}***{at}{domain}"


def _birth_date(value: str) -> str:
    return f"{value[:4]}-**-**"


_RULES: dict[str, Callable[[str], str]] = {
    "name": _name,
    "citizen_id": _keep(3, 4),
    "citizen_id_public": _keep(1, 1),
    "mobile": _keep(3, 4),
    "phone": _phone,
    "address": _address,
    "bank_card": _bank_card,
    "email": _email,
    "birth_date": _birth_date,
    "passport": _keep(1, 3),
    "plate": _keep(2, 2),
    "hidden": lambda _value: HIDDEN,
    "none": lambda value: value,
}
KINDS = frozenset(_RULES)


def mask(kind: str, value: object) -> str:
    """Return what a reader without the right to see `value` is shown; an empty value stays empty.

    Raises: UnknownMask.
    """
    if kind not in _RULES:
        raise UnknownMask(kind)
    text = "" if value is None else str(value)
    return _RULES[kind](text) if text else ""


def blot_numbers(text: str) -> str:
    """Return free text without the personal numbers in it: whoever wrote it may have named some."""
    return _NUMBERS.sub(HIDDEN, text)
