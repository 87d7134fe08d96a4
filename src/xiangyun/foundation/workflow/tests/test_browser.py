"""The process drawing in a real browser: the current step is marked, the page is accessible, nothing is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from xiangyun.foundation.regions.tests.factories import make_jilin
from xiangyun.foundation.workflow.tests.test_views import make_process, make_viewer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(params=[1280, 390])
def page(request: Any, browser: Any, live_server: Any) -> Iterator[Any]:
    regions = make_jilin()
    process = make_process(regions["220102"])
    client = Client()
    client.force_login(make_viewer(regions["22"], "workflow.view_process"))
    name, faults = settings.SESSION_COOKIE_NAME, []
    context = browser.new_context(locale="zh-CN", viewport={"width": request.param, "height": 900})
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    opened = context.new_page()
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    opened.goto(live_server.url + reverse("workflow:process_view", args=[process.id]))
    yield opened
    context.close()
    assert faults == []


def test_current_step_is_marked_and_the_page_is_accessible(page: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.wait_for_selector("[data-process-drawing][data-drawn]")
    assert page.locator('[data-element-id="b"].process-current').count() == 1
    assert page.locator('[data-element-id="a"].process-done').count() == 1
    assert page.locator(".process-mark").all_inner_texts()[0].startswith("系统")
    assert page.locator("a.bjs-powered-by").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []
