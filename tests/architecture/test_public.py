"""Everything needs a login but what `public_urls.txt` lists; a new public address is a decision, not an accident."""

from collections.abc import Iterator
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

from config.api import api

LISTED = Path(__file__).with_name("public_urls.txt")


def _public_pages(patterns: list[URLPattern | URLResolver], prefix: str = "/") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "api":
                yield from _public_pages(pattern.url_patterns, route)
        elif not getattr(pattern.callback, "login_required", True):
            yield route


def _public_operations() -> Iterator[str]:
    schema = api.get_openapi_schema()
    for path, operations in schema["paths"].items():
        yield from (
            f"{method.upper()} {path}" for method, operation in operations.items() if not operation.get("security")
        )


def test_only_listed_addresses_need_no_login():
    lines = LISTED.read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if line and not line.startswith("#")]
    assert sorted([*_public_pages(get_resolver().url_patterns), *_public_operations()]) == sorted(listed)
