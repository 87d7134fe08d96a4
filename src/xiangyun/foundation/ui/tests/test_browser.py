"""The components in a real browser: no serious accessibility violation, the helpers do what they say."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model

BIG = {"name": "大.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n" + bytes(5_500_000) + b"\n%%EOF"}
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("xiangyun.foundation.ui.tests.urls"),
]


@pytest.fixture(params=[1280, 390])
def page(request, browser: Any, live_server) -> Iterator[Any]:
    opened = browser.new_page(viewport={"width": request.param, "height": 844})
    opened.faults = []
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))
    opened.goto(f"{live_server.url}/gallery/")
    yield opened
    assert opened.faults == []
    opened.close()


def test_gallery_has_no_serious_accessibility_violation_and_fits_the_screen(page: Any):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_dialog_opens_and_escape_closes_it(page: Any):
    page.get_by_role("button", name="打开").click()
    assert page.get_by_role("dialog").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#g-dialog").is_visible()


def test_wrong_citizen_id_is_said_on_leaving_the_field(page: Any):
    page.locator("#g-id").fill("220000198503129032")
    page.locator("#g-id").blur()
    assert page.locator("#g-id-error").inner_text().strip() == "身份证号校验位不正确，请核对"
    page.locator("#g-id").fill("220000198503129031")
    page.locator("#g-id").blur()
    assert page.locator("#g-id-error").is_hidden()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("空.pdf", b"", "是空文件"), ("病毒.exe", b"MZ", "类型不支持")],
)
def test_upload_refuses_in_the_browser(page: Any, name: str, content: bytes, said: str):
    page.locator("#g-file").set_input_files({"name": name, "mimeType": "application/pdf", "buffer": content})
    assert said in page.locator("[data-file-list]").inner_text()
    assert page.locator("#announcer").inner_text() == ""  # once is enough


def test_upload_in_parts_goes_on_after_the_network_was_gone(page: Any, live_server, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(get_user_model().objects.create(username="a"))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    sent = []

    def break_twice(route: Any) -> None:
        sent.append(route.request.method)
        route.abort() if len(sent) in (3, 5) else route.continue_()

    page.route("**/files/uploads/*/", break_twice)
    with page.expect_request(lambda request: request.method == "POST" and "/gallery/" in request.url) as last:
        page.locator("#g-file").set_input_files(BIG)
    assert sent == ["POST"] * 8  # six parts, two of them once more
    assert uuid.UUID(last.value.post_data.split('name="file"')[1].split("\r\n")[2])


def test_upload_after_the_session_ended_says_so_and_leads_back(page: Any):
    for content in (b"%PDF-1.7\n%%EOF\n", BIG["buffer"]):
        page.route("**/gallery/", lambda route: route.fulfill(status=401, json={"message": "请先登录"}))
        page.locator("#g-file").set_input_files({**BIG, "buffer": content})
        page.get_by_text("登录已过期").wait_for()
        assert page.get_by_role("link", name="重新登录").get_attribute("href") == "/gallery/"


def test_upload_takes_one_file(page: Any):
    page.evaluate("""() => {
      const files = new DataTransfer();
      for (const name of ["a.pdf", "b.pdf"]) files.items.add(new File(["%PDF"], name));
      const drop = new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true });
      document.querySelector("[data-upload]").dispatchEvent(drop);
    }""")
    assert "只收一个文件" in page.locator("[data-file-list]").inner_text()


@pytest.mark.parametrize(("status", "said"), [(0, "网络中断"), (403, "页面已过期"), (500, "系统出现故障")])
def test_a_part_of_a_page_is_never_replaced_by_a_page_about_a_failure(page: Any, status: int, said: str):
    answer = {"status": status, "content_type": "text/html", "body": "<!doctype html><title>x</title><h1>x</h1>"}
    page.route("**/part/", lambda route: route.fulfill(**answer) if status else route.abort())
    before = page.locator("main").inner_html()
    page.evaluate("htmx.ajax('GET', '/part/', { target: 'main', source: 'main' }).catch(() => 0)")
    page.locator("#announcer").get_by_text(said).wait_for()
    assert page.locator("main").inner_html() == before


def test_upload_that_the_network_lost_is_tried_again_on_demand(page: Any):
    page.context.set_offline(True)
    page.locator("#g-file").set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"})
    page.get_by_text("请检查网络后重试").wait_for()
    page.context.set_offline(False)
    with page.expect_request(lambda request: request.method == "POST"):
        page.get_by_role("button", name="重试").click()


def test_slash_goes_to_the_search_but_not_while_one_types(page: Any):
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "g-search"
    page.locator("#g-id").press("/")
    assert page.evaluate("document.activeElement.id") == "g-id"


def test_stars_are_chosen_by_keyboard(page: Any):
    page.locator("#grade-4").focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator("#grade-5").is_checked()


def test_a_key_goes_to_its_field_without_typing_its_letter(page: Any):
    page.evaluate("document.getElementById('g-id').dataset.key = 'o'")
    page.locator("#grade-4").focus()
    page.keyboard.press("o")
    assert page.evaluate("document.activeElement.id") == "g-id"
    assert page.locator("#g-id").input_value() == ""
    page.keyboard.press("o")
    assert page.locator("#g-id").input_value() == "o"


def test_a_key_presses_its_button_and_leaves_the_field_it_opens_empty(page: Any):
    page.evaluate(
        "() => { const button = document.querySelector('[data-dialog]'); button.dataset.key = 'n';"
        " button.addEventListener('click', () => { document.getElementById('g-id').focus(); }); }"
    )
    page.keyboard.press("n")
    assert page.locator("#g-dialog").is_visible()
    assert page.locator("#g-id").input_value() == ""
