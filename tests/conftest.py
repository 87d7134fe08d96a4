"""A real browser for the tests that need one, on a live server with the test database.

Browser tests carry the mark `browser`; without Chromium they are skipped, which XIANGYUN_REQUIRE_BROWSER=1
makes an error.
"""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

# Playwright's own event loop runs in the thread of the test, which Django takes for asynchronous code
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SWITCHES = """
    --headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the browser tests where no browser is, and say how to get one."""
    wanted = [item for item in items if item.get_closest_marker("browser")]
    if CHROMIUM or not wanted:
        return
    if os.environ.get("XIANGYUN_REQUIRE_BROWSER") == "1":
        raise pytest.UsageError(
            "XIANGYUN_REQUIRE_BROWSER=1, but there is no Chromium: apt-get install chromium fonts-noto-cjk"
        )
    for item in wanted:
        item.add_marker(
            pytest.mark.skip(reason="没有 Chromium，执行 apt-get install chromium fonts-noto-cjk 后可运行浏览器测试")
        )


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One Chromium for the tests of a file: its engine keeps an event loop running that others must not meet."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as engine:
        chromium = engine.chromium.launch(executable_path=CHROMIUM, args=SWITCHES.split())
        yield chromium
        chromium.close()


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
