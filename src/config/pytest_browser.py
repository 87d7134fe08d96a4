"""A real browser for the tests that carry the mark `browser`.

Without Chromium they are skipped, which XIANGYUN_REQUIRE_BROWSER=1 makes an error.
"""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

# Playwright's own event loop runs in the thread of the test, which Django takes for asynchronous code
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_SWITCHES = """
    --headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the browser tests where no browser is, and say how to get one."""
    wanted = [item for item in items if item.get_closest_marker("browser")]
    if _CHROMIUM or not wanted:
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
        chromium = engine.chromium.launch(executable_path=_CHROMIUM, args=_SWITCHES.split())
        yield chromium
        chromium.close()
