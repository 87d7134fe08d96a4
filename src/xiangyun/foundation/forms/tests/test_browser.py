"""A form in a real browser: it saves itself, shows what is asked, says what is wrong, and works without script."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from xiangyun.foundation.forms import api as forms
from xiangyun.foundation.forms.tests.factories import make_actor, make_prefill, make_schema, open_filled

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("xiangyun.foundation.forms.tests.urls"),
]


@pytest.fixture
def filled() -> forms.FormRef:
    prefilled = {"org_name": make_prefill("长春市𠮷食餐饮有限公司"), "mobile": make_prefill("13904310001", "实名账号")}
    return open_filled(make_actor(), prefilled, **make_schema())


def open_page(
    browser: Any, live_server: Any, form: forms.FormRef, *, held: list[Any] | None = None, **context: Any
) -> Any:
    """Open the form; where `held` is given, its scripts do not come before somebody lets go what is in the list."""
    client = Client()
    client.force_login(get_user_model().objects.get(pk=form.owner_id))
    opened = browser.new_context(locale="zh-CN", **context)
    name = settings.SESSION_COOKIE_NAME
    opened.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page = opened.new_page()
    page.set_default_timeout(8000)
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    if held is not None:
        page.route("**/main*.js", lambda route: held.append(route))
    page.goto(f"{live_server.url}/fill/{form.id}/", wait_until="load" if held is None else "commit")
    return page


def test_form_saves_itself_and_asks_what_follows(browser: Any, live_server: Any, filled: forms.FormRef) -> None:
    page = open_page(browser, live_server, filled)
    assert page.get_by_text("是否中央厨房").is_hidden()
    page.get_by_label("餐饮服务").check()
    page.get_by_text("是否中央厨房").wait_for(state="visible")
    page.get_by_label("经营场所面积").fill("86.5")
    page.get_by_label("经营场所面积").blur()
    page.locator("[name=xy-revision][value='3']").wait_for(state="attached")
    assert "已自动保存" in page.locator(".form-saved").inner_text()
    answers = forms.get_answers(form_id=filled.id)
    assert (answers["biz_form"], answers["premises_area"]) == ("cater", 86.5)
    assert page.faults == []


def test_what_is_typed_before_the_scripts_come_is_kept(browser: Any, live_server: Any, filled: forms.FormRef) -> None:
    held: list[Any] = []
    page = open_page(browser, live_server, filled, held=held)
    area = page.get_by_label("经营场所面积")
    area.press_sequentially("86")
    for script in held:
        script.continue_()
    page.get_by_text("已自动保存").wait_for()
    assert forms.get_answers(form_id=filled.id)["premises_area"] == 86
    assert area.evaluate("input => input.value === '86' && input === document.activeElement")
    area.press_sequentially(".5")
    page.locator("[name=xy-revision][value='3']").wait_for(state="attached")
    assert forms.get_answers(form_id=filled.id)["premises_area"] == 86.5
    assert page.faults == []


def test_wrong_value_is_said_on_leaving_the_field(browser: Any, live_server: Any, filled: forms.FormRef) -> None:
    page = open_page(browser, live_server, filled)
    page.get_by_label("经营场所面积").fill("很大")
    page.get_by_label("经营场所面积").blur()
    page.get_by_text("“经营场所面积”应填写数字").wait_for(state="visible")
    page.get_by_label("经营场所面积").fill("9")
    page.get_by_label("经营场所面积").blur()
    page.get_by_text("“经营场所面积”应填写数字").wait_for(state="hidden")
    assert page.faults == []


@pytest.mark.parametrize(("area", "is_mended"), [("86", True), ("很大", False)])
def test_click_that_ends_the_typing_meets_what_was_under_it(
    browser: Any, live_server: Any, filled: forms.FormRef, area: str, is_mended: bool
) -> None:
    page = open_page(browser, live_server, filled)
    page.get_by_role("button", name="提交").click()
    wrong = page.locator("#id_premises_area-error")
    wrong.wait_for()
    page.locator("#id_premises_area").fill(area)
    tick = page.get_by_label("本人承诺所填属实")
    tick.scroll_into_view_if_needed()
    before = tick.bounding_box()
    page.mouse.move(before["x"] + 8, before["y"] + 8)
    page.mouse.down()
    page.get_by_text("已自动保存").wait_for()
    assert tick.bounding_box() == pytest.approx(before, abs=0.5)
    page.mouse.up()
    assert tick.is_checked()
    wrong.wait_for(state="hidden" if is_mended else "visible")
    assert tick.bounding_box() == pytest.approx(before, abs=0.5)
    assert page.faults == []


def test_older_tab_is_told_what_differs(browser: Any, live_server: Any, filled: forms.FormRef) -> None:
    first, second = open_page(browser, live_server, filled), open_page(browser, live_server, filled)
    first.get_by_label("从业人数").fill("5")
    first.get_by_label("从业人数").blur()
    first.get_by_text("已自动保存").wait_for()
    second.get_by_label("从业人数").fill("7")
    second.get_by_label("从业人数").blur()
    second.get_by_text("没有覆盖").wait_for()
    assert "已保存的是“5”，本页是“7”" in second.locator(".form-saved").inner_text()
    assert forms.get_answers(form_id=filled.id)["staff_count"] == 5


def test_form_works_without_script(browser: Any, live_server: Any, filled: forms.FormRef) -> None:
    page = open_page(browser, live_server, filled, java_script_enabled=False)
    page.get_by_role("button", name="提交").click()
    assert "还有 3 处需要修改" in page.get_by_role("alert").inner_text()
    page.get_by_role("link", name="请填写“经营场所面积”。").click()
    page.get_by_label("经营场所面积").fill("1,086.50")
    page.get_by_label("预包装食品销售").check()
    page.locator("#id_uscc").fill("91220101ma0y1txx40")
    page.get_by_role("button", name="提交").click()
    page.get_by_text("已提交").wait_for()
    answers = forms.get_answers(form_id=filled.id)
    assert (answers["premises_area"], answers["uscc"]) == (1086.5, "91220101MA0Y1TXX40")
    assert answers["mobile"] == "13904310001"


@pytest.mark.parametrize("width", [1280, 390])
def test_form_has_no_serious_accessibility_violation(
    browser: Any, live_server: Any, filled: forms.FormRef, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(browser, live_server, filled, viewport={"width": width, "height": 844})
    page.get_by_role("button", name="提交").click()
    page.get_by_role("alert").wait_for()
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
