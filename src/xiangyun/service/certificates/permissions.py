"""How often an address may ask: a brake for those who try one identifier after another, never felt by others."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from xiangyun.service.certificates.errors import TooManyRequests

PER_MINUTE = 30


def require_few(request: HttpRequest, purpose: str, *, per_minute: int = PER_MINUTE) -> None:
    """Count this request of an address and refuse it beyond the limit.

    Raises: TooManyRequests.
    """
    key = f"certificates:{purpose}:{address_of(request)}"
    if cache.add(key, 1, timeout=60):
        return
    try:
        count = cache.incr(key)
    except ValueError:  # it ended between the two calls
        cache.add(key, 1, timeout=60)
        return
    if count > per_minute:
        raise TooManyRequests


def address_of(request: HttpRequest) -> str:
    """Return the visitor's address behind trusted proxies, empty where there is none."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:
        return ""
