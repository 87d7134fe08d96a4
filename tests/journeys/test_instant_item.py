"""失业登记 at the window: an instant item taken in, decided and certified by keyboard while the applicant stands there."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.conftest import OpenWindow

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("province")]
CARD = "220000199210309121"
LIMIT = 60
# every key of it is pressed below: more would be a step back for the clerks
KEYS = 60


class Keyboard:
    """The clerk's keyboard; counts the keys."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self.pressed = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self._page.keyboard.press(key)
            self.pressed += 1

    def type(self, text: str) -> None:
        self._page.keyboard.type(text)
        self.pressed += len(text)

    def go_to(self, name: str) -> None:
        """Press Tab until the field has the focus."""
        for _ in range(12):
            if self._page.evaluate("document.activeElement.name") == name:
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not reach {name}")


def test_unemployment_is_registered_at_the_window_in_a_minute(
    window: OpenWindow, record_property: Callable[[str, object], None]
) -> None:
    with window("nanguan.clerk") as clerk:
        page, keys = clerk.page, Keyboard(clerk.page)
        page.goto("/desk/")
        since = time.monotonic()
        keys.press("n")
        page.wait_for_url("**/intake/")
        keys.type(CARD)
        keys.press("Enter")
        page.wait_for_url("**/intake/for/**")
        keys.type("sydj")
        keys.press("Enter")
        page.wait_for_url("**?q=**")
        assert page.evaluate("document.activeElement.innerText").startswith("失业登记")
        keys.press("Enter")
        page.wait_for_url(lambda url: "q=" not in url)
        keys.press("Enter")
        page.wait_for_url("**?item=**")
        keys.press("1", "Enter")

        page.get_by_text("还需填写").wait_for()
        keys.press("a" if page.locator("[data-all-papers]").count() else "Space")
        keys.go_to("education")
        keys.press("ArrowDown", "ArrowDown", "ArrowDown")
        keys.go_to("employment_status")
        keys.press("Space")
        keys.go_to("unemployment_reason")
        keys.press("ArrowDown", "ArrowDown")
        keys.go_to("unemployment_date")
        # New Year's Day of this year, whatever order of day, month and year the browser has
        keys.press("ArrowUp", "ArrowRight", "ArrowUp", "ArrowRight", "ArrowUp")
        keys.press("Control+Enter")

        page.wait_for_url("**/done/")
        page.locator(".receipt-top").get_by_text("已办结").wait_for()
        spent = time.monotonic() - since
        record_property("keys", keys.pressed)
        record_property("seconds", round(spent, 1))
        assert spent < LIMIT
        assert keys.pressed < KEYS
        print(f"{keys.pressed} keys, no click, {spent:.1f} s")

    with window("zhoushiliu") as applicant:
        page = applicant.page
        page.goto("/wallet/")
        page.locator(".cert-card", has_text="就业创业证").first.click()
        page.get_by_text("长春市南关区就业服务局").first.wait_for()
        page.goto("/cases/?status=completed")
        page.locator(".case-card", has_text="失业登记").first.wait_for()
