"""The Journey through its pages, without script: situation, form, materials, check, receipt."""

import io
import re
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from xiangyun.foundation.forms import api as forms
from xiangyun.kit.actors import SYSTEM
from xiangyun.portal.jishiban.tests.factories import firm_owner, visitor
from xiangyun.service.cases import api as cases
from xiangyun.service.cases.tests.factories import (
    AT,
    BOSS,
    ELDER,
    FIRM,
    FOOD,
    JOBLESS,
    bring_to,
    citizen,
    draft,
    item_code,
    picture,
)
from xiangyun.service.items import api as items

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]

SITUATION = {"biz": "cater", "auto": "n"}
TYPED = {**FOOD, "mobile": "19900000016", "practice_place": "南关区示例路1号", "staff_count": "12", "food_items": ["4"]}


def _start(client: Client, request_id: str | None = None) -> str:
    answer = client.post(
        reverse("jishiban:start", args=[item_code()]), {**SITUATION, "request_id": request_id or uuid4().hex}
    )
    assert answer.status_code == 302, answer.content.decode()
    return re.search(r"/apply/([0-9a-f-]{36})/form/", answer["Location"])[1]


def _place(name: str, key: str, *more: str) -> str:
    return reverse(f"jishiban:{name}", args=[key, *more])


def _fill(client: Client, key: str, **changed: object):
    page = client.get(_place("fill", key)).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(xy-[a-z]+)" value="([^"]*)"', page))
    return client.post(_place("fill", key), {**hidden, **TYPED, **changed})


def _page(key: str) -> cases.CasePage:
    return cases.get_case_page(actor=citizen(BOSS, FIRM), case_key=key, at=AT)


def test_without_real_name_the_application_begins_with_it_and_comes_back():
    client = visitor(ELDER)
    session = client.session
    session["trust_level"] = 1
    session.save()
    start = reverse("jishiban:start", args=[item_code("mzj-220102", "220511004000")])
    target = urlsplit(client.get(start)["Location"])
    assert (target.path, parse_qs(target.query)["next"]) == (reverse("accounts:real_name"), [start])
    assert "实名认证" in client.get(reverse("jishiban:me")).content.decode()


def test_situation_must_be_answered():
    client = firm_owner()
    answer = client.post(reverse("jishiban:start", args=[item_code()]), {"biz": "cater"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "请选择：" in text
    assert re.search(r'value="cater" checked', text)


def test_same_request_twice_opens_one_draft():
    client, request_id = firm_owner(), uuid4().hex
    assert _start(client, request_id) == _start(client, request_id)
    assert len(cases.list_my_cases(actor=citizen(BOSS, FIRM), at=AT).rows) == 1


def test_form_shows_what_is_held_and_points_to_what_is_missing():
    client = firm_owner()
    key = _start(client)
    shown = client.get(_place("fill", key)).content.decode()
    assert "长春示例餐饮管理有限公司" in shown
    assert "已为您填好" in shown
    refused = _fill(client, key, premises_area="")
    assert refused.status_code == 422
    assert 'href="#id_premises_area"' in refused.content.decode()


def test_older_page_keeps_what_was_typed_and_shows_what_differs():
    client = firm_owner()
    key = _start(client)
    before = client.get(_place("fill", key)).content.decode()
    old = dict(re.findall(r'<input type="hidden" name="(xy-[a-z]+)" value="([^"]*)"', before))
    _fill(client, key, premises_area="99", food_safety_manager="李示例", later="1")
    answer = client.post(_place("fill", key), {**old, **TYPED, "premises_area": "777"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "这份表单在另一个页面保存过" in text
    assert "已保存“99 平方米”，本页“777 平方米”" in text
    assert "已保存“李示例”，本页“韩示一六”" in text
    assert re.search(r'name="premises_area"[^>]*value="777"', text)
    now = dict(re.findall(r'<input type="hidden" name="(xy-[a-z]+)" value="([^"]*)"', text))
    assert client.post(_place("fill", key), {**now, **TYPED, "premises_area": "777"})["Location"] == _place(
        "materials", key
    )


def _come_back(client: Client, answer: HttpResponse) -> str:
    """Log in again, as the page of a lost session asked for, and return the page one is led back to."""
    asked = urlsplit(answer["Location"])
    assert asked.path == reverse("account_login")
    boss = get_user_model().objects.get(pk=citizen(BOSS).user_id)
    boss.set_password("Xiangyun@2026")
    boss.save()
    data = {"login": boss.username, "password": "Xiangyun@2026", "next": parse_qs(asked.query)["next"][0]}
    return client.post(reverse("account_login"), data, follow=True).content.decode()


def test_form_sent_after_the_session_ended_comes_back_filled_and_is_saved():
    client = firm_owner()
    key = _start(client)
    place = _place("fill", key)
    page = client.get(place).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(xy-[a-z]+)" value="([^"]*)"', page))
    client.session.flush()
    back = _come_back(client, client.post(place, {**hidden, **TYPED, "premises_area": "777"}))
    assert "登录失效前填写的内容已为您保留" in back
    assert "当前办事身份：长春示例餐饮管理有限公司。" in back
    assert re.search(r'name="premises_area"[^>]*value="777"', back)
    assert forms.get_answers(form_id=_page(key).form_id)["premises_area"] == 777


def test_save_of_a_form_after_the_session_ended_leads_back_to_its_page_with_what_was_typed():
    client = firm_owner()
    key = _start(client)
    place = _place("fill", key)
    hidden = re.findall(r'name="(xy-[a-z]+)" value="([^"]*)"', client.get(place).content.decode())
    client.session.flush()
    save = client.post(
        reverse("forms:draft", args=[_page(key).form_id]),
        {**dict(hidden), **TYPED, "premises_area": "778"},
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{place}"},
    )
    assert save.status_code == 401
    save["Location"] = save["HX-Redirect"]
    assert re.search(r'name="premises_area"[^>]*value="778"', _come_back(client, save))


@pytest.mark.parametrize(
    ("name", "sent", "found"),
    [
        ("start", {"biz": "cater"}, 'value="cater" checked'),
        ("withdraw", {"reason": "重新选址𠮷"}, ">重新选址𠮷</textarea>"),
    ],
)
def test_what_was_typed_elsewhere_comes_back_too(name: str, sent: dict[str, str], found: str):
    client = firm_owner()
    place = reverse("jishiban:start", args=[item_code()]) if name == "start" else _place(name, bring_to("submitted"))
    client.session.flush()
    assert found in _come_back(client, client.post(place, sent))


def test_upload_after_the_session_ended_leads_back_to_the_materials():
    client = firm_owner()
    key = _start(client)
    client.session.flush()
    answer = client.post(
        _place("provide", key, "M008"),
        {"file": _named(picture(), "平面图.png")},
        headers={"referer": f"http://testserver{_place('materials', key)}"},
    )
    assert "提供材料" in _come_back(client, answer)


def test_draft_is_called_so_in_lists():
    client = firm_owner()
    _start(client)
    for place in ("/", reverse("jishiban:cases")):
        text = client.get(place).content.decode()
        assert "草稿" in text
        assert "暂存" not in text


def test_whole_journey_from_the_situation_to_the_receipt():
    client = firm_owner()
    key = _start(client)
    assert _fill(client, key)["Location"] == _place("materials", key)
    missing = [m.code for m in _page(key).materials if m.is_required and not m.is_provided]
    assert missing
    for code in missing:
        answer = client.post(_place("provide", key, code), {"file": _named(picture(), "平面图.png")})
        assert answer["Location"] == _place("materials", key)
    assert client.post(_place("check", key)).status_code == 422
    answer = client.post(_place("check", key), {"promise": "1"})
    assert answer["Location"] == _place("receipt", key)
    page = _page(key)
    assert page.status == cases.Status.SUBMITTED
    assert page.query_code in client.get(_place("receipt", key)).content.decode()
    assert client.get(_place("fill", key))["Location"] == _place("track", key)


def test_handing_in_without_all_materials_leads_to_them():
    client = firm_owner()
    key = _start(client)
    _fill(client, key)
    answer = client.post(_place("check", key), {"promise": "1"}, follow=True)
    assert answer.redirect_chain == [(_place("materials", key), 302)]
    assert "还需要提供" in answer.content.decode()
    assert _page(key).status == cases.Status.DRAFT


def test_handing_in_what_is_no_longer_offered_leads_to_the_guide_with_the_reason():
    client = firm_owner()
    key = draft()
    item = items.get_handling_item(code=item_code())
    items.suspend_implementation(
        actor=SYSTEM, implementation_id=item.implementation_id, reason="系统升级。", at=timezone.now()
    )
    _fill(client, key)
    answer = client.post(_place("check", key), {"promise": "1"}, follow=True)
    assert answer.redirect_chain == [(reverse("jishiban:guide", args=[_page(key).task_code]), 302)]
    text = answer.content.decode()
    assert "本事项暂停办理" in text
    assert "不能申请" in text
    assert _page(key).status == cases.Status.DRAFT
    items.restore_implementation(
        actor=SYSTEM, implementation_id=item.implementation_id, reason="升级完成", at=timezone.now()
    )


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("空.pdf", b"", "空文件"), ("病毒.exe", b"MZ\x90\x00", "只接受 PDF"), ("假.pdf", b"no pdf at all", "只接受 PDF")],
)
def test_upload_that_cannot_be_taken_is_refused_with_the_reason(name: str, content: bytes, said: str):
    client = firm_owner()
    key = _start(client)
    answer = client.post(_place("provide", key, "M008"), {"file": _named(io.BytesIO(content), name)}, follow=True)
    assert answer.redirect_chain == [(_place("materials", key), 302)]
    assert said in answer.content.decode()
    by_script = {"file": _named(io.BytesIO(content), name)}
    refused = client.post(_place("provide", key, "M008"), by_script, headers={"Accept": "application/json"})
    assert refused.status_code in (415, 422)
    assert said in refused.json()["message"]
    assert not next(m for m in _page(key).materials if m.code == "M008").is_provided


def test_upload_without_a_file_is_refused():
    client = firm_owner()
    answer = client.post(_place("provide", _start(client), "M008"), follow=True)
    assert "请先选择文件" in answer.content.decode()


def test_draft_can_be_left_and_thrown_away():
    client = firm_owner()
    key = _start(client)
    later = _fill(client, key, later="1", premises_area="")
    assert later["Location"] == reverse("jishiban:cases")
    assert "继续填写" in client.get(reverse("jishiban:cases")).content.decode()
    client.post(_place("discard", key))
    assert cases.list_my_cases(actor=citizen(BOSS, FIRM), at=AT).rows == []


@pytest.mark.parametrize("name", ["fill", "materials", "check", "receipt", "track", "supplement", "withdraw"])
def test_case_of_another_does_not_exist(name: str):
    key = bring_to("submitted")
    assert visitor(ELDER).get(_place(name, key)).status_code == 404
    assert visitor(BOSS).get(_place(name, key)).status_code == 404  # the same person, but not acting for the firm


@pytest.mark.parametrize("name", ["fill", "track", "supplement"])
def test_case_of_the_firm_one_leads_offers_to_act_for_it(name: str):
    key = bring_to("submitted")
    as_person = visitor(BOSS)
    answer = as_person.get(_place(name, key))
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "这件事是以另一个身份办理的" in text
    firm_id = re.search(r'name="firm_id" value="(\d+)">切换并继续', text)[1]
    back = as_person.post(reverse("accounts:switch_subject"), {"firm_id": firm_id, "next": _place(name, key)})
    assert back["Location"] == _place(name, key)
    assert as_person.get(_place("track", key)).status_code == 200
    assert "另一个身份" not in visitor(ELDER).get(_place(name, key)).content.decode()


def test_own_case_is_offered_while_acting_for_a_firm():
    actor = citizen(ELDER)
    code = item_code("mzj-220102", "220511004000", "01")
    case = cases.start_case(actor=actor, handle_item_code=code, situation={}, request_id=uuid4().hex, at=AT)
    assert visitor(ELDER).get(_place("fill", str(case.key))).status_code == 200
    assert "另一个身份" not in firm_owner().get(_place("fill", str(case.key))).content.decode()


def test_item_for_firms_is_refused_to_nobody_it_serves_and_unknown_ones_to_all():
    assert firm_owner().get(reverse("jishiban:start", args=["x"])).status_code == 404


def _named(stream: io.BytesIO, name: str) -> io.BytesIO:
    stream.name = name
    return stream


def test_an_item_without_questions_begins_with_its_first_step():
    client = visitor(JOBLESS)
    text = client.get(
        reverse("jishiban:start", args=[item_code("jiuyj-220102", "222014009000", "02")])
    ).content.decode()
    assert "第 <b>1</b> 步" in text
    assert "：<b>填写信息</b>" in text
