"""A firm does everything it has to do on a phone whose browser runs no script."""

import re
from typing import Any

import pytest

from tests.journeys.conftest import OpenWindow
from tests.journeys.papers import PDF
from tests.journeys.province import choose_county, no_sideways_scroll, open_guide

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("province")]


def give_file(row: Any) -> None:
    row.locator("input[type=file]").set_input_files(
        {"name": "平面图.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    row.get_by_role("button", name="上传", exact=True).click()


def apply(page: Any) -> None:
    choose_county(page, "长春市", "南关区")
    open_guide(page, "食品经营许可证核发", "食品经营许可证核发")
    page.locator(".phone-act").get_by_role("button", name="在线办理").click()
    page.locator("#materials").get_by_role("link", name="新办", exact=True).click()
    page.locator("select[name=s-biz]").select_option("cater")
    page.get_by_role("button", name="看我要准备什么").click()
    page.locator(".phone-act").get_by_role("link", name="在线办理").click()

    page.get_by_role("button", name="下一步").click()
    page.get_by_text("还有问题没有回答").wait_for()
    page.get_by_label("餐饮服务经营者").check()
    page.get_by_role("group", name="是否利用自动设备").get_by_label("否").check()
    page.get_by_role("button", name="下一步").click()

    page.get_by_label("经营场所面积").fill("126")
    page.get_by_role("button", name="下一步").click()
    page.get_by_text("处需要修改").wait_for()
    assert page.get_by_label("经营场所面积").input_value() == "126"
    page.get_by_role("group", name="经营项目").get_by_label("热食类食品制售").check()
    page.get_by_label("食品安全管理人员").fill("韩示一六")
    page.get_by_role("group", name="结果送达方式").get_by_label("电子送达").check()
    page.get_by_role("button", name="下一步").click()

    layout = page.locator(".material", has_text="经营场所主要设备设施布局")
    layout.get_by_role("button", name="上传", exact=True).click()
    page.get_by_text("请先选择文件再上传").wait_for()
    give_file(layout)
    page.get_by_role("link", name="平面图.pdf").wait_for()
    page.locator(".material", has_text="食品安全规章制度目录清单").get_by_role("button", name="改用告知承诺").click()
    page.get_by_role("link", name="下一步").click()
    page.get_by_label(re.compile("我承诺")).check()
    page.get_by_role("button", name="提交申请").click()
    page.get_by_role("heading", name="申请已提交").wait_for()
    page.get_by_role("link", name="查看进度").click()
    page.get_by_text("等待受理").wait_for()
    assert no_sideways_scroll(page)


def supplement(page: Any) -> None:
    page.goto("/cases/?status=supplement_pending")
    page.get_by_role("link", name="去补正").first.click()
    give_file(page.locator(".material-bad").first)
    page.get_by_role("button", name="提交补正").click()
    page.get_by_text("补正材料已提交").wait_for()


def show_certificate(page: Any) -> None:
    page.goto("/wallet/")
    page.locator(".cert-card").first.click()
    page.get_by_role("link", name="亮证").click()
    page.get_by_text("内有效", exact=True).wait_for()
    page.get_by_role("link", name="换一个二维码").click()
    assert page.locator(".qr-code svg").count() == 1


def rate(page: Any) -> None:
    page.goto("/messages/")
    page.get_by_role("button", name="查看详情").first.click()
    page.goto("/reviews/")
    page.get_by_role("link", name="去评价").first.click()
    page.locator("label[for=grade-2]").click()
    page.get_by_role("button", name="提交评价").click()
    page.get_by_text("请修改后再提交").wait_for()
    page.get_by_label("想说的话").fill("等了很久")
    page.get_by_role("button", name="提交评价").click()
    page.get_by_role("img", name="2 星").wait_for()


def test_firm_does_everything_without_script(window: OpenWindow) -> None:
    with window("hanshiyiliu", phone=True, script=False) as visitor:
        visitor.act_for("长春示例餐饮管理有限公司")
        apply(visitor.page)
        supplement(visitor.page)
        show_certificate(visitor.page)
        rate(visitor.page)
