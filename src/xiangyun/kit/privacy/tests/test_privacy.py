"""Masks, keys and fields of personal data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiangyun.kit.privacy import KINDS, Keyring, UnknownMask, UnreadableSecret, blot_numbers, fingerprint, mask
from xiangyun.kit.privacy.fields import EncryptedJSONField, EncryptedTextField

ONE = bytes(range(32))
TWO = bytes(range(1, 33))


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("name", "张三", "张*"),
        ("name", "李小敏", "李*敏"),
        ("name", "欧阳小敏", "欧**敏"),
        ("name", "王", "*"),
        ("citizen_id", "220102198503121234", "220***********1234"),
        ("citizen_id_public", "220102198503121234", "2****************4"),
        ("mobile", "13812343210", "138****3210"),
        ("phone", "0431-12345612", "0431-******12"),
        ("address", "吉林省长春市南关区民康街道1号楼", "吉林省长春市南关区****"),
        ("address", "吉林省延边朝鲜族自治州延吉市进学街道", "吉林省延边朝鲜族自治州延吉市****"),
        ("address", "某处", "****"),
        ("bank_card", "6222021234561234", "6222 **** **** 1234"),
        ("email", "zhang@jl.gov.cn", "z***@jl.gov.cn"),
        ("birth_date", "1985-03-12", "1985-**-**"),
        ("passport", "E12345678", "E*****678"),
        ("plate", "吉A12312", "吉A***12"),
        ("hidden", "血型A", "***"),
        ("none", "吉林省", "吉林省"),
        ("name", "", ""),
        ("mobile", None, ""),
    ],
)
def test_mask_by_kind(kind: str, value: str | None, shown: str) -> None:
    assert mask(kind, value) == shown


def test_mask_refuses_an_unknown_kind() -> None:
    with pytest.raises(UnknownMask):
        mask("nickname", "x")
    with pytest.raises(UnknownMask):
        EncryptedTextField(mask="nickname")


@given(st.sampled_from(sorted(KINDS - {"none", "birth_date"})), st.text(min_size=2, max_size=40))
def test_mask_never_shows_the_whole_value(kind: str, value: str) -> None:
    assert mask(kind, value) != value or set(value) <= {"*"}


def test_keyring_round_trip_binds_place_and_version() -> None:
    ring = Keyring({1: ONE})
    stored = ring.encrypt("accounts.user.mobile", b"19900000001")
    assert stored[0] == 1
    assert ring.decrypt("accounts.user.mobile", stored) == b"19900000001"
    assert stored != ring.encrypt("accounts.user.mobile", b"19900000001")
    with pytest.raises(UnreadableSecret):
        ring.decrypt("accounts.user.citizen_id", stored)
    with pytest.raises(UnreadableSecret):
        ring.decrypt("accounts.user.mobile", stored[:-1] + bytes([stored[-1] ^ 1]))
    with pytest.raises(UnreadableSecret):
        ring.decrypt("accounts.user.mobile", b"\x07" + stored[1:])
    with pytest.raises(UnreadableSecret):
        ring.decrypt("accounts.user.mobile", b"")


def test_keyring_reads_old_versions_and_keeps_its_index() -> None:
    old, new = Keyring({1: ONE}), Keyring({1: ONE, 2: TWO})
    stored = old.encrypt("a.b.c", b"x")
    assert new.decrypt("a.b.c", stored) == b"x"
    assert new.encrypt("a.b.c", b"x")[0] == 2
    assert new.fingerprint("mobile", "1") == old.fingerprint("mobile", "1")
    with pytest.raises(ValueError, match="32 bytes"):
        Keyring({1: b"short"})


def test_fingerprint_is_keyed_by_purpose() -> None:
    assert fingerprint("mobile", "19900000001") == fingerprint("mobile", "19900000001")
    assert fingerprint("mobile", "19900000001") != fingerprint("citizen_id", "19900000001")
    assert len(fingerprint("mobile", "1")) == 64


def test_fields_cannot_be_compared_in_the_database() -> None:
    field = EncryptedTextField(mask="mobile")
    assert field.get_lookup("exact") is None
    assert field.get_lookup("isnull") is not None
    assert EncryptedJSONField().masked({"a": 1}) == "***"
    assert field.deconstruct()[3]["mask"] == "mobile"


def test_numbers_in_free_text_are_blotted_out_and_others_stay():
    text = "电话19900000016，证件22000019880229933X，办件11220100MB0000001X4000131001000202611200001，信用代码912201020000000640，2026-11-21"
    masked = "电话***，证件***，办件11220100MB0000001X4000131001000202611200001，信用代码912201020000000640，2026-11-21"
    assert blot_numbers(text) == masked
    assert blot_numbers("") == ""
