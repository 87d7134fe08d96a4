"""Round trips, and bytes that mean harm."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xiangyun.kit.guomi import (
    CertificateError,
    ChainError,
    DecryptionError,
    KeyFormatError,
    PrivateKey,
    PublicKey,
    SoftwareProvider,
    sign,
    signature_from_raw,
    signature_to_raw,
    sm3,
    sm4_gcm_decrypt,
    sm4_gcm_encrypt,
    verify,
)
from xiangyun.kit.guomi.curve import N
from xiangyun.kit.guomi.keys import _encode
from xiangyun.kit.guomi.revocation import issue_revocation_list, parse_revocation_list
from xiangyun.kit.guomi.x509 import Certificate, Name, issue_certificate, parse_certificate, verify_chain

KEY = PrivateKey.generate()
FROM, TO, AT = (datetime(y, 1, 1, tzinfo=UTC) for y in (2020, 2040, 2026))


@given(st.binary(max_size=300), st.binary(max_size=40))
def test_sign_verify_round_trip(message: bytes, user_id: bytes) -> None:
    assert verify(KEY.public_key, message, sign(KEY, message, user_id), user_id)


@given(st.binary(max_size=90))
@settings(max_examples=300)
def test_junk_is_never_a_signature(junk: bytes) -> None:
    assert verify(KEY.public_key, b"m", junk) is False


@given(st.integers(0, 2**264), st.integers(0, 2**264))
def test_wrong_numbers_are_no_signature(r: int, s: int) -> None:
    assert verify(KEY.public_key, b"m", _encode(r, s)) is False


@pytest.mark.parametrize("pair", [(0, 1), (1, 0), (N, 1), (1, N), (N - 1, 1)])
def test_numbers_at_the_border_are_no_signature(pair: tuple[int, int]) -> None:
    assert verify(KEY.public_key, b"m", _encode(*pair)) is False


def test_signature_in_other_encodings_is_refused() -> None:
    good = sign(KEY, b"m")
    assert verify(KEY.public_key, b"m", good)
    assert not verify(KEY.public_key, b"m", good + b"\0")
    assert not verify(KEY.public_key, b"m", b"\x30\x81" + good[1:2] + good[2:])


@given(st.binary(max_size=20))
def test_raw_signature_round_trip(message: bytes) -> None:
    raw = signature_to_raw(sign(KEY, message))
    assert len(raw) == 64
    assert verify(KEY.public_key, message, signature_from_raw(raw))
    with pytest.raises(KeyFormatError):
        signature_from_raw(raw[1:])
    with pytest.raises(KeyFormatError):
        signature_to_raw(raw)


@given(st.integers(0, 71 * 8 - 1))
def test_one_changed_bit_of_the_signature_fails(bit: int) -> None:
    good = bytearray(sign(KEY, b"m"))
    good[(bit // 8) % len(good)] ^= 1 << bit % 8
    assert not verify(KEY.public_key, b"m", bytes(good))


@given(st.binary(max_size=2000), st.binary(max_size=30))
def test_gcm_round_trip(text: bytes, aad: bytes) -> None:
    key = bytes(range(16))
    assert sm4_gcm_decrypt(key, sm4_gcm_encrypt(key, text, aad), aad) == text


def test_gcm_refuses_change_wrong_key_and_wrong_context() -> None:
    key = bytes(range(16))
    sealed = sm4_gcm_encrypt(key, b"text", b"row 1")
    for bad, bad_key, aad in (
        (sealed[:-1] + bytes([sealed[-1] ^ 1]), key, b"row 1"),
        (sealed, bytes(16), b"row 1"),
        (sealed, key, b"row 2"),
        (sealed[:20], key, b"row 1"),
    ):
        with pytest.raises(DecryptionError):
            sm4_gcm_decrypt(bad_key, bad, aad)


def test_key_round_trip_and_provider() -> None:
    assert PrivateKey.from_der(KEY.to_der()) == KEY
    assert PublicKey.from_der(KEY.public_key.to_der()) == KEY.public_key
    provider = SoftwareProvider()
    signer = provider.open(provider.generate())
    assert verify(signer.public_key, b"m", signer.sign(b"m"))
    assert provider.is_demonstration
    assert KEY.scalar.hex() not in repr(KEY)


@given(st.binary(max_size=200))
def test_junk_is_no_key_and_no_certificate(junk: bytes) -> None:
    for load in (PrivateKey.from_der, PublicKey.from_der):
        with pytest.raises(KeyFormatError):
            load(junk)
    with pytest.raises(CertificateError):
        parse_certificate(junk)


def test_point_off_the_curve_is_refused() -> None:
    with pytest.raises(KeyFormatError):
        PublicKey(bytes(63) + b"\x01")


def test_private_key_with_anothers_public_half_is_refused() -> None:
    forged = PrivateKey(KEY.scalar, PrivateKey.generate().public_key)
    with pytest.raises(KeyFormatError):
        PrivateKey.from_der(forged.to_der())


def issued(name: str, key: PrivateKey, signer: PrivateKey, issuer: Certificate | None, **more: Any) -> Certificate:
    """Return a certificate of the key; without an issuer it is self-signed."""
    der = issue_certificate(
        subject=Name(name),
        public_key=key.public_key,
        signer=signer,
        issuer=issuer,
        serial=int.from_bytes(sm3(name.encode())[:4], "big"),
        not_before=FROM,
        not_after=TO,
        **more,
    )
    return parse_certificate(der)


def chain() -> tuple[PrivateKey, Certificate, PrivateKey, Certificate, Certificate]:
    root_key, ca_key = PrivateKey.generate(), PrivateKey.generate()
    root = issued("root", root_key, root_key, None, is_ca=True)
    ca = issued("ca", ca_key, root_key, root, is_ca=True, path_length=0)
    return root_key, root, ca_key, ca, issued("leaf", KEY, ca_key, ca)


def test_chain_ends_at_a_trusted_root_within_the_validity() -> None:
    _, root, _, ca, leaf = chain()
    assert verify_chain(leaf, [ca], [root], AT)[-1] == root
    with pytest.raises(ChainError, match="不在信任列表"):
        verify_chain(leaf, [], [root], AT)
    with pytest.raises(ChainError, match="不在信任列表"):
        verify_chain(leaf, [ca], [], AT)
    with pytest.raises(ChainError, match="有效期"):
        verify_chain(leaf, [ca], [root], TO + timedelta(days=1))


def test_chain_over_a_leaf_that_issues_is_refused() -> None:
    _, root, _, ca, leaf = chain()
    with pytest.raises(ChainError, match="无权签发"):
        verify_chain(issued("forged", KEY, KEY, leaf), [leaf, ca], [root], AT)


def test_chain_over_the_right_name_with_another_key_is_refused() -> None:
    _, root, _, _, leaf = chain()
    key = PrivateKey.generate()
    with pytest.raises(ChainError, match="签名"):
        verify_chain(leaf, [issued("ca", key, key, root, is_ca=True)], [root], AT)


def test_chain_below_an_authority_of_path_length_0_is_refused() -> None:
    _, root, ca_key, ca, _ = chain()
    key = PrivateKey.generate()
    sub = issued("sub", key, ca_key, ca, is_ca=True)
    with pytest.raises(ChainError, match="链长"):
        verify_chain(issued("end", KEY, key, sub), [sub, ca], [root], AT)


def test_signature_that_leaves_bits_unused_never_verifies() -> None:
    _, root, _, ca, leaf = CHAIN
    while leaf.der[-1] & 1:  # the bit that would be left out counts for nothing
        _, root, _, ca, leaf = chain()
    changed = bytearray(leaf.der)
    changed[-len(leaf.signature) - 1] = 1
    with pytest.raises(ChainError, match="签名"):
        verify_chain(parse_certificate(bytes(changed)), [ca], [root], AT)


@given(st.integers(0, 10_000), st.integers(0, 7))
@settings(max_examples=60)
def test_changed_certificate_never_verifies(position: int, bit: int) -> None:
    _, root, _, ca, leaf = CHAIN
    changed = bytearray(leaf.der)
    changed[position % len(changed)] ^= 1 << bit
    try:
        parsed = parse_certificate(bytes(changed))
    except CertificateError:
        return
    with pytest.raises(ChainError):
        verify_chain(parsed, [ca], [root], AT)


def test_revocation_list_round_trip_and_forgery() -> None:
    _root_key, root, ca_key, ca, _leaf = CHAIN
    der = issue_revocation_list(issuer=ca, signer=ca_key, number=7, revoked=[(3, AT)], this_update=AT, next_update=TO)
    parsed = parse_revocation_list(der, ca)
    assert parsed.is_revoked(3, AT)
    assert not parsed.is_revoked(3, AT - timedelta(seconds=1))
    assert not parsed.is_revoked(4, AT)
    empty = issue_revocation_list(issuer=ca, signer=ca_key, number=8, revoked=[], this_update=AT, next_update=TO)
    assert parse_revocation_list(empty, ca).revoked == {}
    for bad, issuer in ((der[:-1] + bytes([der[-1] ^ 1]), ca), (der, root), (b"junk", ca)):
        with pytest.raises(CertificateError):
            parse_revocation_list(bad, issuer)


CHAIN = chain()


@pytest.mark.parametrize("moment", [b"00000101000000Z", b"20600101000000+", b"206001010000000"])
def test_certificate_of_no_calendar_is_refused(moment: bytes) -> None:
    until = datetime(2060, 1, 1, tzinfo=UTC)
    good = issue_certificate(
        subject=Name("甲"), public_key=KEY.public_key, signer=KEY, serial=1, not_before=FROM, not_after=until
    )
    with pytest.raises(CertificateError):
        parse_certificate(good.replace(b"20600101000000Z", moment))
