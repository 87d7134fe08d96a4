"""A system with the pack and its demonstration part, and the people who use it, each in a browser window of his own."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from config.environment import CHECKOUT
from tests.operations.system import System

PASSWORD = "Xiangyun@2026"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
# loading the pack of a whole province takes most of it
_PATIENCE = 300
# the names of the fields somebody typed into or chose in, kept over the pages of one window
_COUNT_FIELDS = """
    for (const kind of ["input", "change"]) addEventListener(kind, (event) => {
      if (!event.isTrusted || !event.target.name) return;
      const names = new Set(JSON.parse(sessionStorage.getItem("filled") || "[]"));
      names.add(location.pathname.split("/")[1] + ":" + event.target.name);
      sessionStorage.setItem("filled", JSON.stringify([...names]));
    }, true);
"""


class Province(System):
    """`make run` in an empty data folder: embedded database, all migrations, the pack, the web server, the worker."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.env |= {"XIANGYUN_PACK": str(CHECKOUT / "packs" / "jilin"), "XIANGYUN_DEMO": "1", "XIANGYUN_WORKERS": "2"}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def await_health(self, seconds: float = _PATIENCE) -> None:
        super().await_health(max(seconds, _PATIENCE))


class Visitor:
    """Somebody at a browser; what scripts and the security policy complain about is remembered."""

    def __init__(self, context: Any) -> None:
        self.context = context
        context.add_init_script(_COUNT_FIELDS)
        self.page = context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))
        self.page.on(
            "console",
            lambda message: (
                self.faults.append(f"{self.page.url}: {message.text}")
                if "Content Security Policy" in message.text
                else None
            ),
        )

    def sign_in(self, username: str) -> None:
        self.page.goto("/accounts/login/")
        self.page.get_by_label("用户名或手机号").fill(username)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.get_by_role("button", name="登录", exact=True).click()
        self.page.wait_for_url(re.compile(r"^(?!.*/accounts/login/)"))

    def filled(self, place: str) -> list[str]:
        """The fields filled in by hand on the pages below `/<place>/`."""
        names = self.page.evaluate("JSON.parse(sessionStorage.getItem('filled') || '[]')")
        return [name.removeprefix(f"{place}:") for name in names if name.startswith(f"{place}:")]

    def act_for(self, firm: str) -> None:
        """Switch to a firm in the account menu."""
        self.page.locator("summary.account-button").click()
        self.page.locator("[data-menu]").get_by_role("button", name=firm).click()
        self.page.locator("summary.account-button", has_text=firm).wait_for()


@contextmanager
def visitor(
    browser: Any, province: Province, username: str = "", *, phone: bool = False, script: bool = True
) -> Iterator[Any]:
    """Open a window, log in, and in the end demand that no script failed."""
    size = {"viewport": PHONE, "is_mobile": True, "has_touch": True} if phone else {"viewport": DESKTOP}
    context = browser.new_context(
        base_url=province.url, locale="zh-CN", timezone_id="Asia/Shanghai", java_script_enabled=script, **size
    )
    context.set_default_timeout(20_000)
    try:
        somebody = Visitor(context)
        if username:
            somebody.sign_in(username)
        yield somebody
    finally:
        context.close()
    assert somebody.faults == [], "errors of scripts or of the content security policy"


def no_sideways_scroll(page: Any) -> bool:
    width, seen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    return bool(width <= seen)


def choose_county(page: Any, city: str, county: str) -> None:
    """Say where one wants to be served, as anybody does once on a device."""
    page.goto("/")
    page.get_by_role("link", name="切换城市").click()
    page.locator("summary", has_text=city).click()
    page.get_by_role("button", name=county, exact=True).click()
    page.get_by_role("link", name=f"切换城市，当前{county}").wait_for()


def open_guide(page: Any, words: str, item: str) -> None:
    """Find an item by the search box of the home page and open its guide."""
    page.goto("/")
    page.get_by_role("searchbox").first.fill(words)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=item, exact=True).click()
    page.get_by_role("heading", name="申请材料").wait_for()


def begin(page: Any, business: str) -> None:
    """Press 在线办理 on a guide, on a phone by way of the list of businesses."""
    phone = page.locator(".phone-act").get_by_role("button", name="在线办理")
    if phone.is_visible():
        phone.click()
        page.get_by_role("dialog").get_by_role("link", name=business, exact=True).click()
    else:
        page.locator(".act-card").get_by_role("link", name=business, exact=True).click()
