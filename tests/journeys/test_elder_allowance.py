"""高龄津贴: a woman of 82 on her phone; everything is known, nothing is asked, one screen."""

import re

import pytest

from tests.journeys.conftest import OpenWindow
from tests.journeys.desk import Desk
from tests.journeys.province import begin, choose_county, no_sideways_scroll, open_guide

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("province")]


def test_old_woman_applies_on_one_screen_and_is_granted_the_allowance(window: OpenWindow) -> None:
    with window("lvshieryi", phone=True) as citizen:
        page = citizen.page
        choose_county(page, "长春市", "南关区")
        open_guide(page, "高龄津贴", "高龄津贴给付")
        begin(page, "申请")
        assert page.get_by_label("否").is_checked()
        page.get_by_role("button", name="下一步").click()

        # one screen: what is held, the materials that need not be brought, the promise, the button
        page.get_by_text("不需要再填写，请核对").wait_for()
        materials = page.locator(".material-list > li")
        assert materials.count() == 4
        assert page.locator(".material-list").get_by_text("免提交").count() == 4
        assert page.locator("input[type=file]").count() == 0
        assert no_sideways_scroll(page)
        page.get_by_label(re.compile("我承诺")).check()
        page.get_by_role("button", name="提交申请").click()

        page.get_by_role("heading", name="申请已提交").wait_for()
        assert citizen.filled("apply") == ["promise"]
        query_code = page.locator(".receipt-code").inner_text()
        page.get_by_role("link", name="查看进度").click()
        case = page.url.rstrip("/").rsplit("/", 1)[1]
        assert no_sideways_scroll(page)

        desk = Desk(window)
        desk.act("nanguan.clerk", case, "accept", opinion="材料齐全")
        desk.act("nanguan.mzj.handler", case, "review", opinion="年满八十周岁，户籍在本区，拟同意")
        desk.act("nanguan.mzj.checker", case, "check", opinion="同意")
        desk.act("nanguan.mzj.approver", case, "approve", opinion="符合条件，准予给付")
        desk.act("nanguan.mzj.issuer", case, "deliver")

        page.reload()
        page.get_by_text("已办结").first.wait_for()
        # anybody with the query code and the end of the applicant's number sees the state, and no more
        with window() as anyone:
            anyone.page.goto("/progress/")
            anyone.page.get_by_label("查询码").fill(query_code)
            anyone.page.get_by_label("申请人证件号码后四位").fill("9545")
            anyone.page.get_by_role("button", name="查询").click()
            anyone.page.get_by_text("已办结").wait_for()
            assert "吕示二一" not in anyone.page.locator("main").inner_text()

        page.goto("/reviews/")
        page.get_by_role("link", name="去评价").first.click()
        page.locator("label[for=grade-5]").click()
        page.get_by_role("button", name="提交评价").click()
        page.goto("/reviews/")
        page.get_by_role("img", name="5 星").first.wait_for()
