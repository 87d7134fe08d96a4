"""The hall says before anything is filled in what stands in the way, and offers the subject that would help."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from xiangyun.portal.jishiban.tests.factories import firm_owner, visitor
from xiangyun.service.cases.tests.factories import BOSS, ELDER, JOBLESS, item_code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]

ALLOWANCE = ("mzj-220102", "220511004000")


def _start(client: Client, *item: str) -> str:
    return client.get(reverse("jishiban:start", args=[item_code(*item)])).content.decode()


def _guide(client: Client, *item: str, serial: str = "01") -> str:
    code = item_code(*item)[:-2]
    return client.get(reverse("jishiban:guide", args=[code]), {"item": code + serial}).content.decode()


def _offers(text: str) -> list[tuple[str, str]]:
    form = text.partition('class="switch-to"')[2].partition("</form>")[0]
    return re.findall(r'name="firm_id" value="(\d*)">([^<]+)</button>', form)


def test_the_guide_and_the_start_refuse_the_young_with_reason_and_next_step():
    young = visitor(JOBLESS)
    for text in (_guide(young, *ALLOWANCE), _start(young, *ALLOWANCE)):
        assert "您的情况：34周岁" in text
        assert "请在年满80周岁后申请" in text
        assert _offers(text) == []
    assert "您暂时不能办理，看原因" in _guide(young, *ALLOWANCE)
    assert "request_id" not in _start(young, *ALLOWANCE)
    answer = young.post(reverse("jishiban:start", args=[item_code(*ALLOWANCE)]), {"age": "a80", "agent": "n"})
    assert (answer.status_code, "您暂时不能办理" in answer.content.decode()) == (422, True)


def test_the_old_see_that_they_meet_it_and_a_visitor_sees_no_judgement():
    text = _guide(visitor(ELDER), *ALLOWANCE)
    assert ("按您的账号信息核对" in text, "不符合" in text, "在线办理" in text) == (True, False, True)
    assert "按您的账号信息核对" not in _guide(Client(), *ALLOWANCE)


def test_what_bars_some_handling_items_only_leaves_the_others_open():
    young = visitor(JOBLESS)
    page = young.get(reverse("jishiban:guide", args=[item_code(*ALLOWANCE)[:-2]])).content.decode()
    assert "申请、变更：" in page
    assert "看原因" not in page
    assert "在线办理" in _guide(young, *ALLOWANCE, serial="03")


def test_who_leads_a_firm_switches_to_it_and_goes_on():
    boss = visitor(BOSS)
    text = _start(boss)
    firm_id, label = _offers(text)[0]
    assert "长春示例餐饮管理有限公司" in label
    assert _offers(_guide(boss)) == _offers(text)
    place = reverse("jishiban:start", args=[item_code()])
    answer = boss.post(reverse("accounts:switch_subject"), {"firm_id": firm_id, "next": place})
    assert answer["Location"] == place
    assert "主体业态是" in _start(boss)


def test_who_has_no_firm_is_told_how_to_get_one():
    text = _start(visitor(JOBLESS))
    assert "还没有营业执照的，先办理企业登记注册或者个体工商户登记注册" in text
    assert "您的账号下没有可以代表的单位" in text
    assert _offers(text) == []


def test_a_firm_is_led_back_to_the_person_for_a_personal_item():
    owner = firm_owner()
    offers = _offers(_start(owner, "jiuyj-220102", "222014009000"))
    assert [(firm_id, "本人" in label) for firm_id, label in offers] == [("", True)]
    assert _offers(_start(owner, *ALLOWANCE)) == []  # he is too young as well
