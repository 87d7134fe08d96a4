"""Pages of a desktop and of a phone, on a live server with the test database."""

from collections.abc import Iterator
from typing import Any

import pytest


def _open(browser: Any, live_server: Any, width: int, height: int, **options: Any) -> Iterator[Any]:
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": width, "height": height},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        **options,
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console", lambda message: faults.append(message.text) if "Content Security Policy" in message.text else None
    )
    yield page
    context.close()
    assert faults == [], "errors of scripts or of the content security policy"


@pytest.fixture
def page(browser: Any, live_server: Any) -> Iterator[Any]:
    """A page of a desktop; the test fails on script errors and on anything the security policy refused."""
    yield from _open(browser, live_server, 1280, 900)


@pytest.fixture
def phone(browser: Any, live_server: Any) -> Iterator[Any]:
    """A page of a phone, 390 px wide."""
    yield from _open(browser, live_server, 390, 844, is_mobile=True, has_touch=True)
