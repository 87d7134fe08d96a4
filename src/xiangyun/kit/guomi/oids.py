"""Object identifiers of the 国密 suite (GM/T 0006), made known to asn1crypto once."""

from asn1crypto import algos, keys

SM2_CURVE = "1.2.156.10197.1.301"
SM2_CURVE_NAME = "sm2p256v1"
SM2_WITH_SM3 = "1.2.156.10197.1.501"
SM2_WITH_SM3_NAME = "sm2_sm3"
SM3 = "1.2.156.10197.1.401"
SM4 = "1.2.156.10197.1.104"


def _register() -> None:
    keys.NamedCurve.register(SM2_CURVE_NAME, SM2_CURVE, 32)
    for kind, oid, name in (
        (algos.SignedDigestAlgorithmId, SM2_WITH_SM3, SM2_WITH_SM3_NAME),
        (algos.DigestAlgorithmId, SM3, "sm3"),
        (algos.EncryptionAlgorithmId, SM4, "sm4"),
    ):
        kind._map[oid] = name
        # the reverse map exists only after its first use and is then derived from the map above
        if kind._reverse_map is not None:
            kind._reverse_map[name] = oid


_register()
