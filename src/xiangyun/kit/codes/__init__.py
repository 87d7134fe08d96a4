"""Checks and generators of the official numbers of persons, bodies, places, certificates and items."""

from xiangyun.kit.codes.certificate_identifier import (
    build_certificate_identifier,
    check_certificate_identifier,
    parse_certificate_identifier,
)
from xiangyun.kit.codes.citizen_id import (
    birth_of,
    check_citizen_id,
    make_citizen_id,
    sex_of,
)
from xiangyun.kit.codes.item_code import (
    is_handle_item_code,
    is_task_code,
    make_task_code,
    parse_catalog_code,
)
from xiangyun.kit.codes.numbers import (
    check_bank_card,
    check_mobile,
    check_plate,
    is_mobile,
    luhn_digit,
)
from xiangyun.kit.codes.region_code import (
    check_region_code,
    region_level,
)
from xiangyun.kit.codes.uscc import (
    USCC_KINDS,
    check_org_code,
    check_uscc,
    is_uscc,
    make_org_code,
    make_uscc,
)

__all__ = [
    "USCC_KINDS",
    "birth_of",
    "build_certificate_identifier",
    "check_bank_card",
    "check_certificate_identifier",
    "check_citizen_id",
    "check_mobile",
    "check_org_code",
    "check_plate",
    "check_region_code",
    "check_uscc",
    "is_handle_item_code",
    "is_mobile",
    "is_task_code",
    "is_uscc",
    "luhn_digit",
    "make_citizen_id",
    "make_org_code",
    "make_task_code",
    "make_uscc",
    "parse_catalog_code",
    "parse_certificate_identifier",
    "region_level",
    "sex_of",
]
