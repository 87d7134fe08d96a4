"""Official numbers: real ones as vectors, python-stdnum as the oracle, generated ones by property."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import ric, uscc
from stdnum.iso7064 import mod_37_36

from xiangyun.kit import codes
from xiangyun.kit.errors import ValidationError

DIGITS = "0123456789"
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
REGION = st.sampled_from(["110105", "220102", "220381", "222401", "810000"])
BIRTH = st.dates(date(1900, 1, 1), date(2026, 1, 1))
KIND = st.sampled_from(sorted(codes.USCC_KINDS))
SUBJECT = st.text(USCC_ALPHABET, min_size=8, max_size=8)


def is_taken(check: Callable[..., str], value: str, **more: date) -> bool:
    try:
        check(value, **more)
    except ValidationError:
        return False
    return True


@given(REGION, BIRTH, st.integers(0, 999))
def test_citizen_id_agrees_with_the_oracle(region: str, birth: date, serial: int) -> None:
    number = codes.make_citizen_id(region, birth, serial)
    assert ric.calc_check_digit(number) == number[-1]
    assert codes.check_citizen_id(number.lower(), on=date(2026, 1, 2)) == number
    assert codes.birth_of(number) == birth
    assert codes.sex_of(number) == ("1" if serial % 2 else "2")


@given(REGION, BIRTH, st.integers(0, 999), st.integers(0, 16), st.sampled_from(DIGITS))
def test_citizen_id_finds_every_single_wrong_digit(
    region: str, birth: date, serial: int, place: int, digit: str
) -> None:
    number = codes.make_citizen_id(region, birth, serial)
    wrong = number[:place] + digit + number[place + 1 :]
    assert is_taken(codes.check_citizen_id, wrong, on=date(2026, 1, 2)) == (wrong == number)


@pytest.mark.parametrize(
    "number",
    [
        "", "11010519491231002", "110105194912310021", "110105194913310029", "210299190002290010", "11010520991231002X",
        "01010519491231002X", "１１010519491231002X", "11010519491231002X0",
    ],
)  # fmt: skip
def test_citizen_id_refused(number: str) -> None:
    with pytest.raises(ValidationError, match="身份证号码"):
        codes.check_citizen_id(number)


def test_citizen_id_real_vector() -> None:
    assert codes.check_citizen_id(" 11010519491231002x ") == "11010519491231002X"
    assert ric.is_valid("11010519491231002X")
    with pytest.raises(ValueError, match="serial"):
        codes.make_citizen_id("220102", date(2000, 1, 1), 1000)


@pytest.mark.parametrize(
    "code", ["11220000013544541J", "11100000000013338W", "91110000600037341L", "11100000MB03271699"]
)
def test_uscc_real_vectors(code: str) -> None:
    assert codes.check_uscc(code.lower()) == code
    assert uscc.is_valid(code)


@given(KIND, REGION, SUBJECT)
def test_uscc_agrees_with_the_oracle(kind: str, region: str, subject: str) -> None:
    code = codes.make_uscc(kind, region, subject)
    assert uscc.calc_check_digit(code[:17]) == code[17]
    assert codes.is_uscc(code)
    assert codes.check_org_code(code[8:17]) == code[8:17]


@given(KIND, REGION, SUBJECT, st.integers(8, 17), st.sampled_from(USCC_ALPHABET))
def test_uscc_finds_every_single_wrong_character(kind: str, region: str, subject: str, place: int, char: str) -> None:
    code = codes.make_uscc(kind, region, subject)
    wrong = code[:place] + char + code[place + 1 :]
    assert codes.is_uscc(wrong) == (wrong == code)


@pytest.mark.parametrize(
    "code", ["", "1122000001354454", "11220000013544541K", "X1220000013544541J", "1122000001354454OJ"]
)
def test_uscc_refused(code: str) -> None:
    assert not codes.is_uscc(code)
    with pytest.raises(ValidationError, match="统一社会信用代码"):
        codes.check_uscc(code)


def test_org_code() -> None:
    assert codes.check_org_code("D2143569-X") == "D2143569X"  # the example of GB 11714
    assert codes.make_org_code("00001333") == "000013338"
    assert not is_taken(codes.check_org_code, "D21435691")
    assert not is_taken(codes.check_org_code, "D2143569")


@pytest.mark.parametrize(
    "identifier",
    [
        "1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.F",
        "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
        "1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9",
    ],
)
def test_certificate_identifier_real_vectors(identifier: str) -> None:
    assert codes.check_certificate_identifier(identifier) == identifier
    parsed = codes.parse_certificate_identifier(identifier.removeprefix("1.2.156.3005.2."))
    assert str(parsed) == identifier
    body = parsed.type_code + parsed.issuer_code + parsed.serial + parsed.version
    assert mod_37_36.calc_check_digit(body) == parsed.check


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=32), st.integers(1, 999))
def test_certificate_identifier_agrees_with_the_oracle(serial: str, version: int) -> None:
    built = codes.build_certificate_identifier("11100000000013338W032", "11220000013544541J", serial, version)
    body = str(built).removeprefix("1.2.156.3005.2.").replace(".", "")
    assert mod_37_36.is_valid(body)
    assert codes.parse_certificate_identifier(str(built)) == built


def test_certificate_identifier_refused() -> None:
    wrong = "1.2.156.3005.2.11100000000013338W032.11220000013544541J.2430599.001.G"
    assert not is_taken(codes.check_certificate_identifier, wrong)
    assert not codes.parse_certificate_identifier(wrong).is_check_right
    for text in ("", "1.2.156", "1.2.156.3005.2.X.Y.Z.001.F", wrong + ".1"):
        with pytest.raises(ValidationError):
            codes.parse_certificate_identifier(text)
    for arguments in (("11", "11220000013544541J", "1"), ("11100000000013338W032", "1", "1")):
        with pytest.raises(ValidationError):
            codes.build_certificate_identifier(*arguments)
    with pytest.raises(ValidationError):
        codes.build_certificate_identifier("11100000000013338W032", "11220000013544541J", "1", 1000)


@pytest.mark.parametrize(
    ("value", "full", "level"),
    [
        ("220000", "220000000000", 1),
        ("220100", "220100000000", 2),
        ("220102", "220102000000", 3),
        ("220102001", "220102001000", 4),
        ("220102001001", "220102001001", 5),
    ],
)
def test_region_code(value: str, full: str, level: int) -> None:
    assert codes.check_region_code(value) == full
    assert codes.region_level(full) == level


@pytest.mark.parametrize("value", ["", "22", "2201021", "990000", "220102000001", "22010x"])
def test_region_code_refused(value: str) -> None:
    assert not is_taken(codes.check_region_code, value)


def test_mobile() -> None:
    assert codes.check_mobile("+86 199-0000-0001") == "19900000001"
    assert [codes.is_mobile(m) for m in ("12000000000", "1990000000", "199000000011", "1990000000a", "")] == [False] * 5


@given(st.text(DIGITS, min_size=11, max_size=18))
def test_bank_card_agrees_with_the_oracle(body: str) -> None:
    number = body + codes.luhn_digit(body)
    assert luhn.is_valid(number)
    assert codes.check_bank_card(number) == number
    wrong = body + str((int(number[-1]) + 1) % 10)
    assert not is_taken(codes.check_bank_card, wrong)


def test_bank_card_refused_by_shape() -> None:
    with pytest.raises(ValidationError, match="12至19位"):
        codes.check_bank_card("123")


@pytest.mark.parametrize("plate", ["吉A12345", "吉ad12345", "吉K·F1234", "吉J12345D", "吉B1234挂", "吉A1234警"])
def test_plate(plate: str) -> None:
    assert is_taken(codes.check_plate, plate)


@pytest.mark.parametrize("plate", ["", "吉A1234", "吉I12345", "A吉12345", "吉AO1234", "吉A123456"])
def test_plate_refused(plate: str) -> None:
    assert not is_taken(codes.check_plate, plate)


def test_item_codes() -> None:
    parsed = codes.parse_catalog_code("000117051000")
    assert (parsed.region, parsed.item_type, parsed.lead, parsed.main, parsed.sub) == ("00", "01", "17", "051", "000")
    assert str(parsed) == "000117051000"
    real = "11440232MB2D06811W4000117051000"
    assert codes.is_task_code(real)
    assert codes.make_task_code(real[:18], "4", "000117051000") == real
    assert codes.is_handle_item_code(real + "01")
    assert not codes.is_handle_item_code(real + "00")
    for call in (
        lambda: codes.parse_catalog_code("0001"),
        lambda: codes.make_task_code("1", "4", "000117051000"),
        lambda: codes.make_task_code(real[:18], "8", "000117051000"),
    ):
        with pytest.raises(ValidationError):
            call()
