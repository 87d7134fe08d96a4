"""The officials of a case: each logs in, opens the case, decides, and leaves."""

from collections.abc import Mapping
from typing import Any

from tests.journeys.conftest import OpenWindow


class Desk:
    """The desk as the officials of one place use it."""

    def __init__(self, window: OpenWindow) -> None:
        self._window = window

    def act(
        self, username: str, case: str, act: str, *, opinion: str = "", wanted: Mapping[str, str] | None = None
    ) -> None:
        """Let an official carry out an act on a case that waits for them; `wanted` names what to ask for again."""
        with self._window(username) as official:
            page = official.page
            page.goto(f"/desk/cases/{case}/")
            page.locator(f"input[name=act][value={act}]").check()
            if opinion:
                page.locator("#opinion").fill(opinion)
            for code, text in (wanted or {}).items():
                page.locator(f"input[name=wanted][value={code}]").check()
                page.locator(f"input[name='wanted.{code}']").fill(text)
            form = page.locator("form[data-decide]")
            asks = form.get_attribute("data-confirm")
            form.locator(f"input[name=act][value={act}]").press("Control+Enter")
            if asks:
                yes = page.get_by_role("dialog").get_by_role("button", name="确定")
                assert yes.evaluate("button => button === document.activeElement"), "the keyboard goes on"
                yes.press("Control+Enter")
            self._await_done(page)

    @staticmethod
    def _await_done(page: Any) -> None:
        done = page.locator(".note-success")
        refused = page.locator("[data-error-summary]")
        done.or_(refused).first.wait_for()
        assert refused.count() == 0, refused.inner_text()
