"""The published vectors (domain/certificates.md §9)."""

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from xiangyun.kit.guomi import PrivateKey, hmac_sm3, sm3, verify
from xiangyun.kit.guomi.keys import _encode, user_digest

D = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
POINT = bytes.fromhex(
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
R = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
S = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA


def test_sm2_public_key_and_user_digest() -> None:
    key = PrivateKey.from_scalar(D)
    assert key.public_key.point == POINT
    assert (
        user_digest(key.public_key).hex().upper() == "B2E14C5C79C6DF5B85F4FE7ED8DB7A262B9DA7E07CCB0EA9F4747B8CCDA8A4F3"
    )


def test_sm2_published_signature_verifies() -> None:
    key = PrivateKey.from_scalar(D)
    assert verify(key.public_key, b"message digest", _encode(R, S))
    assert not verify(key.public_key, b"message digest!", _encode(R, S))
    assert not verify(key.public_key, b"message digest", _encode(R, S), b"ALICE123@YAHOO.COM")


def test_sm3_vectors() -> None:
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


def test_sm4_vector() -> None:
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    encryptor = Cipher(SM4(key), modes.ECB()).encryptor()
    assert (encryptor.update(key) + encryptor.finalize()).hex() == "681edf34d206965e86b3e94f536e4246"


def test_hmac_is_the_construction_of_rfc_2104() -> None:
    key, data = b"k" * 80, b"data"
    inner = sm3(key).ljust(64, b"\0")
    expected = sm3(bytes(b ^ 0x5C for b in inner) + sm3(bytes(b ^ 0x36 for b in inner) + data))
    assert hmac_sm3(key, data) == expected
