"""食品经营许可证核发: from the search of a firm's owner to the certificate in the wallet, its verification and the rating."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.journeys.conftest import OpenWindow
from tests.journeys.desk import Desk
from tests.journeys.papers import PDF, read_text, scan, verify_by_openssl, verify_file
from tests.journeys.province import Visitor, begin, choose_county, open_guide

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("province")]
FIRM = "长春示例餐饮管理有限公司"
LAYOUT = "经营场所主要设备设施布局"
PLAN = {"name": "平面图.pdf", "mimeType": "application/pdf", "buffer": PDF}
BETTER_PLAN = {"name": "平面图（含面积）.pdf", "mimeType": "application/pdf", "buffer": PDF + b"%\n"}


def test_firm_gets_a_food_licence(window: OpenWindow, tmp_path: Path) -> None:
    with window("hanshiyiliu") as owner:
        case = apply(owner)
        desk = Desk(window)
        desk.act("nanguan.clerk", case, "supplement", wanted={"M008": "平面图未标明各功能间面积"})
        supplement(owner, case)
        desk.act("nanguan.clerk", case, "accept", opinion="材料齐全，符合法定形式")
        desk.act("nanguan.scjg.handler", case, "special", opinion="须核查后厨布局")
        read_track(owner.page, case, "特别程序")
        desk.act("nanguan.scjg.inspector", case, "inspect", opinion="现场布局与平面图一致")
        desk.act("nanguan.scjg.checker", case, "check", opinion="同意")
        desk.act("nanguan.scjg.approver", case, "approve", opinion="符合法定条件，准予许可")
        desk.act("nanguan.scjg.issuer", case, "deliver")
        read_track(owner.page, case, "已办结")
        verify_certificate(owner, window, tmp_path)
        rate(owner.page, case)


def apply(owner: Visitor) -> str:
    """Search, read the guide, go through the Journey, hand in; return the key of the case."""
    page = owner.page
    owner.act_for(FIRM)
    choose_county(page, "长春市", "南关区")
    open_guide(page, "食品经营许可证", "食品经营许可证核发")
    page.get_by_text("份材料已在电子证照库，办理时自动调取").wait_for()
    begin(page, "新办")

    page.get_by_label("餐饮服务经营者").check()
    page.get_by_role("group", name="是否利用自动设备").get_by_label("否").check()
    page.get_by_role("button", name="下一步").click()

    # what the registers hold is there, with its source; few questions are left
    page.get_by_text("已为您填好").wait_for()
    assert page.get_by_text(FIRM).count() > 0
    assert page.locator(".source-mark", has_text="市场主体登记").count() > 3
    held = page.locator(".field", has_text="主体业态").locator(".field-held-value")
    assert held.inner_text().strip() == "餐饮服务经营者"  # from the situation
    page.get_by_label("经营场所面积").fill("126")
    page.get_by_role("group", name="经营项目").get_by_label("热食类食品制售").check()
    page.get_by_label("食品安全管理人员").fill("韩示一六")
    page.get_by_role("group", name="结果送达方式").get_by_label("电子送达").check()
    page.get_by_role("button", name="下一步").click()

    page.get_by_text("份免提交").wait_for()
    page.locator(".material", has_text=LAYOUT).locator("input[type=file]").set_input_files(PLAN)
    page.get_by_role("link", name="平面图.pdf").wait_for()
    page.locator(".material", has_text="食品安全规章制度目录清单").get_by_role("button", name="改用告知承诺").click()
    page.get_by_role("link", name="下一步").click()

    page.get_by_label(re.compile("我承诺")).check()
    assert len(owner.filled("apply")) <= 9
    page.get_by_role("button", name="提交申请").click()
    page.get_by_role("heading", name="申请已提交").wait_for()
    scanned = scan(page.locator(".qr-code"))
    page.get_by_role("link", name="查看进度").click()
    assert page.url == scanned
    return scanned.rstrip("/").rsplit("/", 1)[1]


def supplement(owner: Visitor, case: str) -> None:
    """Read the notice, give the better plan, hand it in."""
    page = owner.page
    read_track(page, case, "待补正")
    page.get_by_role("link", name="去补正").click()
    wanted = page.locator(".material-bad", has_text=LAYOUT)
    wanted.get_by_text("平面图未标明各功能间面积").wait_for()
    wanted.locator("input[type=file]").set_input_files(BETTER_PLAN)
    page.get_by_role("link", name=BETTER_PLAN["name"]).wait_for()
    page.get_by_role("button", name="提交补正").click()
    page.get_by_text("补正材料已提交").wait_for()


def read_track(page: Any, case: str, state: str) -> None:
    page.goto(f"/cases/{case}/")
    page.locator("main h1 + p").get_by_text(state).wait_for()


def verify_certificate(owner: Visitor, window: OpenWindow, folder: Path) -> None:
    """Open the new certificate, present it to a stranger, download it and let three programs judge it."""
    page = owner.page
    page.goto("/wallet/")
    page.locator(".cert-card", has_text="食品经营许可证").first.click()
    identifier = re.search(r"证照标识\s*(\S+)", page.locator("main").inner_text())[1]
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 OFD 原件").click()
    data = Path(download.value.path()).read_bytes()
    chain = page.request.get("/seals/chain.pem").text()
    report = verify_file(data, chain)
    assert report.is_valid, report.failures
    assert FIRM in read_text(data)
    verify_by_openssl(data, chain, folder)

    page.get_by_role("link", name="亮证").click()
    address = urlsplit(scan(page.locator(".qr-code"))).path
    with window(phone=True) as stranger:
        visit = stranger.page
        visit.goto(address)
        visit.get_by_role("button", name="查看证照").click()
        visit.get_by_text("证照真实有效").wait_for()
        assert FIRM in visit.locator("main").inner_text()
        # the same code shows nothing a second time
        visit.goto(address)
        visit.get_by_role("button", name="查看证照").click()
        visit.get_by_text("亮证码已被核验过一次").wait_for()
        visit.goto("/verify/")
        visit.get_by_label("电子证照标识").fill(identifier)
        visit.get_by_role("button", name="核验", exact=True).click()
        visit.get_by_text("证照真实有效").wait_for()
    page.go_back()
    page.get_by_text("匿名核验").first.wait_for()


def rate(page: Any, case: str) -> None:
    page.goto("/reviews/")
    page.locator(f"a[href^='/reviews/{case}/']").first.click()
    page.locator("label[for=grade-5]").click()
    page.get_by_role("button", name="提交评价").click()
    page.goto("/reviews/")
    page.get_by_role("img", name="5 星").first.wait_for()
