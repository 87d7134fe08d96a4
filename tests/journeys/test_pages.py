"""The citizens' pages: usable by everybody, on a phone, small, and unmoved by hostile input."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.conftest import OpenWindow
from tests.journeys.papers import PDF, scan
from tests.journeys.province import Province, Visitor, begin, choose_county, no_sideways_scroll, open_guide, visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("province")]
FIRST_LOAD = 300 * 1024
# a code holds for a minute, and a second more on the way
CODE_LIFE = 62
MEGABYTE = 1024 * 1024
HOSTILE = "<script>document.title='坏了'</script>𠮷野家&\"'"


# sends a file of noughts past the page's own checks
POST_ZEROS = """async (form, [name, size]) => {
  const body = new FormData(form);
  body.set("file", new File([new Uint8Array(size)], name));
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  return [answer.status, (await answer.json()).message];
}"""
# sends the same form twice at the same moment, and tells where each answer leads
POST_TWICE = """form => Promise.all([1, 2].map(async () =>
  (await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) })).url))"""


def grave_faults(page: Any) -> list[str]:
    """What axe-core calls serious or critical, each with the first place where it is."""
    found = Axe().run(page).response["violations"]
    return [
        f"{page.url} {rule['id']}: {rule['help']} {rule['nodes'][0]['html'][:200]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]


def start_food_licence(visitor: Visitor) -> str:
    """Open a draft of the food licence as a firm and stand on its form; return the key."""
    page = visitor.page
    visitor.act_for("长春示例餐饮管理有限公司")
    choose_county(page, "长春市", "南关区")
    open_guide(page, "食品经营许可证核发", "食品经营许可证核发")
    begin(page, "新办")
    page.get_by_label("餐饮服务经营者").check()
    page.get_by_role("group", name="是否利用自动设备").get_by_label("否").check()
    page.get_by_role("button", name="下一步").click()
    page.get_by_text("已为您填好").wait_for()
    return str(re.search(r"/apply/([0-9a-f-]{36})/", page.url)[1])


def fill_food_licence(page: Any, manager: str) -> None:
    page.get_by_label("经营场所面积").fill("126")
    page.get_by_role("group", name="经营项目").get_by_label("热食类食品制售").check()
    page.get_by_label("食品安全管理人员").fill(manager)
    page.get_by_role("group", name="结果送达方式").get_by_label("电子送达").check()
    page.get_by_role("button", name="下一步").click()
    page.get_by_text("份免提交").wait_for()


@pytest.fixture(params=["desktop", "phone"])
def firm_owner(request: pytest.FixtureRequest, window: OpenWindow) -> Iterator[Visitor]:
    with window("hanshiyiliu", phone=request.param == "phone") as visitor:
        yield visitor


@pytest.mark.usefixtures("stale_code")
def test_citizen_pages_are_accessible_and_fit_every_screen(firm_owner: Visitor) -> None:
    page, faults, wide = firm_owner.page, [], []

    def look() -> None:
        faults.extend(grave_faults(page))
        if not no_sideways_scroll(page):
            wide.append(page.url)

    key = start_food_licence(firm_owner)
    look()
    fill_food_licence(page, "韩示一六")
    look()
    for path in (
        "/",
        "/items/?q=食品",
        "/cases/",
        "/wallet/",
        "/messages/",
        "/me/",
        "/reviews/",
        "/verify/",
        "/progress/",
    ):
        page.goto(path)
        look()
    open_guide(page, "食品经营许可证核发", "食品经营许可证核发")
    look()
    begin(page, "新办")
    look()
    page.goto(f"/apply/{key}/check/")
    look()
    page.goto("/cases/")
    page.locator(".case-card h2 a[href^='/cases/']").first.click()
    look()
    page.goto("/wallet/")
    page.locator(".cert-card").first.click()
    look()
    page.get_by_role("link", name="亮证").click()
    look()
    assert (faults, wide) == ([], [])


def test_public_pages_are_accessible_without_login(window: OpenWindow) -> None:
    with window(phone=True) as visitor:
        for path in ("/", "/items/", "/verify/", "/progress/", "/accounts/login/", "/accounts/register/"):
            visitor.page.goto(path)
            assert grave_faults(visitor.page) == []
            assert no_sideways_scroll(visitor.page)


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_desks_of_those_without_casework_are_accessible_and_not_empty(window: OpenWindow, phone: bool) -> None:
    for username in ("auditadmin", "secadmin", "nanguan.items", "nanguan.seals", "nanguan.supervisor"):
        with window(username, phone=phone) as visitor:
            visitor.page.goto("/desk/")
            assert visitor.page.locator("[data-rows] > tr").count() > 0
            assert grave_faults(visitor.page) == []
            assert no_sideways_scroll(visitor.page)


def test_first_load_of_each_page_is_small(window: OpenWindow) -> None:
    with window("hanshiyiliu", phone=True) as visitor:
        page = visitor.page
        page.goto("/wallet/")
        card = page.locator(".cert-card").first.get_attribute("href")
        page.goto("/cases/")
        case = page.locator(".case-card h2 a[href^='/cases/']").first.get_attribute("href")
        wire = visitor.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
        sizes: list[float] = []
        wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        for path in ("/", "/items/", "/cases/", "/messages/", "/reviews/", "/verify/", case, card, f"{card}present/"):
            sizes.clear()
            page.goto(path, wait_until="networkidle")
            assert 0 < sum(sizes) < FIRST_LOAD, path


def test_hostile_text_is_shown_as_text_and_survives(window: OpenWindow) -> None:
    with window("hanshiyiliu") as visitor:
        page = visitor.page
        start_food_licence(visitor)
        fill_food_licence(page, HOSTILE)
        page.go_back()
        assert page.get_by_label("食品安全管理人员").input_value() == HOSTILE
        page.goto(page.url.replace("/form/", "/check/"))
        page.get_by_text(HOSTILE).wait_for()
        assert "坏了" not in page.title()


def test_form_sent_while_it_saves_itself_arrives(window: OpenWindow) -> None:
    with window("hanshiyiliu") as visitor:
        page = visitor.page
        start_food_licence(visitor)
        answered: list[tuple[Any, Any]] = []
        # the save has come to the server, its answer is still on the way when the form is sent
        page.route("**/forms/*/draft/", lambda route: answered.append((route, route.fetch())))
        with page.expect_request("**/forms/*/draft/"):
            page.get_by_label("经营场所面积").fill("126")
            page.get_by_label("食品安全管理人员").focus()
        page.get_by_role("group", name="经营项目").get_by_label("热食类食品制售").check()
        page.get_by_label("食品安全管理人员").fill("韩示一六")
        page.get_by_role("group", name="结果送达方式").get_by_label("电子送达").check()
        page.get_by_role("button", name="下一步").click(no_wait_after=True)
        for route, answer in answered:
            route.fulfill(response=answer)
        page.get_by_text("份免提交").wait_for()


def test_case_of_somebody_else_is_not_found(window: OpenWindow) -> None:
    with window("hanshiyiliu") as owner, window("zhaoshiyi") as stranger:
        key = start_food_licence(owner)
        for path in (f"/cases/{key}/", f"/apply/{key}/form/", f"/cases/{key}/files/M008/"):
            answer = stranger.page.goto(path)
            assert answer.status == 404, path
            stranger.page.get_by_role("heading", name=re.compile("没有找到|不存在|找不到")).wait_for()


def test_double_click_opens_and_hands_in_one_case(window: OpenWindow) -> None:
    with window("hanshiyiliu") as visitor:
        page = visitor.page
        visitor.act_for("长春示例餐饮管理有限公司")
        before = count_cases(page)
        choose_county(page, "长春市", "南关区")
        open_guide(page, "食品经营许可证核发", "食品经营许可证核发")
        begin(page, "新办")
        page.get_by_label("餐饮服务经营者").check()
        page.get_by_role("group", name="是否利用自动设备").get_by_label("否").check()
        first, second = page.locator("main form").evaluate(POST_TWICE)
        assert first == second
        page.goto(first)
        fill_food_licence(page, "韩示一六")
        give_materials(page)
        page.get_by_role("link", name="下一步").click()
        page.get_by_label(re.compile("我承诺")).check()
        page.get_by_role("button", name="提交申请").dblclick()
        page.get_by_role("heading", name="申请已提交").wait_for()
        assert first.split("/apply/")[1].split("/")[0] in page.url
        assert count_cases(page) == before + 1


def count_cases(page: Any) -> int:
    page.goto("/cases/")
    links: set[str] = set()
    while True:
        links |= {link.get_attribute("href") for link in page.locator(".case-card h2 a").all()}
        more = page.get_by_role("link", name=re.compile("下一页|更多"))
        if more.count() == 0:
            return len(links)
        page.goto(urljoin(page.url, more.first.get_attribute("href")))


def give_materials(page: Any) -> None:
    layout = page.locator(".material", has_text="经营场所主要设备设施布局")
    layout.locator("input[type=file]").set_input_files(
        {"name": "平面图.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_role("link", name="平面图.pdf").wait_for()
    page.locator(".material", has_text="食品安全规章制度目录清单").get_by_role("button", name="改用告知承诺").click()
    page.get_by_role("link", name="下一步").wait_for()


def test_bad_uploads_are_refused_with_a_sentence(window: OpenWindow, tmp_path: Path) -> None:
    with window("hanshiyiliu") as visitor:
        page = visitor.page
        start_food_licence(visitor)
        fill_food_licence(page, "韩示一六")
        row = page.locator(".material", has_text="经营场所主要设备设施布局")
        for name, content, sentence in [
            ("空.pdf", b"", "空文件"),
            ("安装.exe", b"MZ\x90", "类型不支持"),
            ("大.pdf", PDF + b"\0" * 25 * MEGABYTE, "超过 20 MB"),
            ("假.pdf", b"MZ\x90\x00" + b"\0" * 300, ""),
        ]:
            (tmp_path / name).write_bytes(content)
            row.locator("input[type=file]").set_input_files(tmp_path / name)
            line = row.locator(".file-row.bad", has_text=name)
            line.wait_for()
            assert sentence in line.inner_text()
            assert re.search(r"[一-鿿]{4}", line.locator("small").inner_text())
        # and by the server, where a browser does not look first
        for name, size in [("空.pdf", 0), ("安装.exe", 300), ("大.pdf", 25 * MEGABYTE)]:
            status, sentence = row.locator("form[enctype]").evaluate(POST_ZEROS, [name, size])
            assert status in (413, 422), (name, status)
            assert re.search(r"[一-鿿]{4}", sentence)
        page.reload()
        assert row.get_by_text("需提供").count() == 1


@pytest.fixture(scope="module")
def stale_code(browser: Any, province: Province) -> tuple[str, float]:
    """The address in a present code, and when it was drawn: it grows old while the other tests run."""
    with visitor(browser, province, "hanshiyiliu") as owner:
        page = owner.page
        page.goto("/wallet/")
        page.locator(".cert-card").first.click()
        page.get_by_role("link", name="亮证").click()
        return urlsplit(scan(page.locator(".qr-code"))).path, time.monotonic()


def test_present_code_is_refused_after_its_minute(stale_code: tuple[str, float], window: OpenWindow) -> None:
    address, drawn = stale_code
    with window() as stranger:
        page = stranger.page
        page.wait_for_timeout(max(0.0, drawn + CODE_LIFE - time.monotonic()) * 1000)
        page.goto(address)
        page.get_by_text("亮证码已过期").wait_for()
        assert "持证主体" not in page.locator("main").inner_text()
