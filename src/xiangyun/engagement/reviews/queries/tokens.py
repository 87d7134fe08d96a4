"""Tokens of invitations for QR codes and short messages: who holds one may rate that stage of that case, nothing else.

A token is the invitation's number and a keyed HMAC-SM3 over it: nothing to store, nothing to guess.
"""

import hmac

from xiangyun.kit.privacy import fingerprint

_MAC_LENGTH = 32  # hex digits, 128 bits
_PURPOSE = "review_invitation"


def make_token(invitation_id: int) -> str:
    """Return the token of an invitation."""
    return f"{invitation_id:x}-{_mac(invitation_id)}"


def read_token(token: str) -> int | None:
    """Return the invitation's number, None for a token that is not ours."""
    number, _, mac = token.partition("-")
    try:
        invitation_id = int(number, 16)
    except ValueError:
        return None
    # compared as bytes: text from outside may hold any character
    right = hmac.compare_digest(mac.encode(errors="replace"), _mac(invitation_id).encode())
    return invitation_id if right and token == make_token(invitation_id) else None


def _mac(invitation_id: int) -> str:
    return fingerprint(_PURPOSE, str(invitation_id))[:_MAC_LENGTH]
