"""The clerk sees why somebody cannot apply, before anything is taken in."""

import pytest
from django.urls import reverse

from xiangyun.portal.workbench.tests.factories import desk_of
from xiangyun.service.cases.tests.factories import BOSS, ELDER, FIRM, JOBLESS, item_code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]


def _open(code: str, **card: str) -> str:
    desk = desk_of("nanguan.clerk")
    place = desk.post(reverse("workbench:intake"), card).url
    return desk.get(f"{place}{code[:-2]}/", {"item": code}).content.decode()


def test_the_window_says_why_a_young_person_gets_no_allowance():
    code = item_code("mzj-220102", "220511004000")
    text = _open(code, citizen_id=JOBLESS)
    assert "“年满80周岁”：申请人的情况是34周岁" in text
    assert "开始收件" not in text
    assert "开始收件" in _open(code, citizen_id=JOBLESS, principal=ELDER, has_letter="1")


def test_the_window_says_that_a_firm_is_needed():
    text = _open(item_code(), citizen_id=BOSS)
    assert (
        "“由取得营业执照等主体资格的单位（含个体工商户）申请”" in text,
        "更换办理身份" in text,
        "开始收件" in text,
    ) == (
        True,
        True,
        False,
    )
    assert "开始收件" in _open(item_code(), citizen_id=BOSS, principal=FIRM)
