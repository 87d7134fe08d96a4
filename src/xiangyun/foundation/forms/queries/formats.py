"""Checks of official numbers in answers (`x-format`), by `kit.codes`; a right value comes back in normal spelling."""

from collections.abc import Callable, Mapping

from xiangyun.kit import codes

FORMATS: Mapping[str, Callable[[str], str]] = {
    "citizen_id": codes.check_citizen_id,
    "uscc": codes.check_uscc,
    "mobile": codes.check_mobile,
    "bank_card": codes.check_bank_card,
    "plate": codes.check_plate,
    "region": codes.check_region_code,
}
