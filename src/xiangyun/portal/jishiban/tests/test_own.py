"""What is one's own: track page, papers, supplement, withdrawal, wallet, messages, ratings."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from xiangyun.engagement.reviews import api as reviews
from xiangyun.foundation.events import api as events
from xiangyun.foundation.messaging import api as messaging
from xiangyun.portal.jishiban.tests.factories import firm_owner, visitor
from xiangyun.service.cases import api as cases
from xiangyun.service.cases.tests.factories import AT, BOSS, ELDER, FIRM, bring_to, citizen, draft, official, picture
from xiangyun.service.certificates import api as certificates

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]


def _place(name: str, key: str, *more: object) -> str:
    return reverse(f"jishiban:{name}", args=[key, *more])


def _status(key: str) -> str:
    return cases.get_case_facts(case_key=key).status


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("submitted", "等待受理"),
        ("review", "正在审查"),
        ("special", "正在进行特别程序"),
        ("deliver", "证照已生成"),
        ("completed", "已办结"),
    ],
)
def test_track_page_says_where_the_case_is_and_what_comes_next(step: str, said: str):
    text = firm_owner().get(_place("track", bring_to(step, timezone.now()))).content.decode()
    assert said in text
    assert 'aria-label="办理进度"' in text


@pytest.mark.parametrize(("method", "is_on_paper"), [("电子送达", False), ("窗口领取", True), ("邮寄送达", True)])
def test_track_page_does_not_call_a_receipt_signed_on_paper_an_original(method: str, is_on_paper: bool):
    key = bring_to("deliver")
    came = {"receiver": "韩示一六", "title": "法定代表人（负责人）"}
    cases.deliver_case(actor=official("nanguan.scjg.issuer"), case_key=key, method=method, **came, at=timezone.now())
    text = firm_owner().get(_place("track", key)).content.decode()
    assert ("送达回证以收件人签名的纸质件为准" in text) is is_on_paper
    assert "与纸质文书效力相同" in text


def test_track_page_of_a_voided_case_names_the_place_of_the_reason():
    key = bring_to("review")
    cases.void_case(actor=official("nanguan.scjg.approver"), case_key=key, reason="与另一份申请重复", at=AT)
    text = firm_owner().get(_place("track", key)).content.decode()
    assert "理由见下方办理过程" in text
    assert "与另一份申请重复" in text


def test_track_page_shows_the_clock_and_its_pause():
    text = firm_owner().get(_place("track", bring_to("special", timezone.now()))).content.decode()
    assert "暂停计时" in text
    assert "现场核查" in text


def test_paper_is_sealed_when_its_reader_is_faster_than_the_outbox_and_foreign_ones_do_not_exist():
    client, key = firm_owner(), bring_to("review")
    paper = cases.get_case_page(actor=citizen(BOSS, FIRM), case_key=key, at=AT).papers[-1]
    answer = client.get(_place("paper", key, paper.id))
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Type"] == "application/pdf"
    other = bring_to("submitted")
    assert client.get(_place("paper", other, paper.id)).status_code == 404
    assert visitor(ELDER).get(_place("paper", key, paper.id)).status_code == 404


def test_file_of_a_material_goes_to_its_owner_only():
    key = bring_to("submitted")
    assert firm_owner().get(_place("file", key, "M008")).status_code == 200
    assert visitor(ELDER).get(_place("file", key, "M008")).status_code == 404


def test_withdrawal_asks_first_and_is_done_once():
    client, key = firm_owner(), bring_to("review")
    assert "确定撤回" in client.get(_place("withdraw", key)).content.decode()
    assert _status(key) == cases.Status.IN_REVIEW
    client.post(_place("withdraw", key), {"reason": "经营计划有变"})
    assert _status(key) == cases.Status.WITHDRAWN
    assert client.post(_place("withdraw", key), {"reason": "再次"}).status_code == 409


def test_decided_case_cannot_be_withdrawn():
    client, key = firm_owner(), bring_to("deliver")
    assert client.get(_place("withdraw", key))["Location"] == _place("track", key)
    assert client.post(_place("withdraw", key)).status_code == 409


def test_supplement_shows_what_is_wanted_and_takes_it():
    client, key = firm_owner(), bring_to("submitted")
    cases.request_supplement(
        actor=official("nanguan.clerk"), case_key=key, wanted={"M008": "请标明功能间面积"}, at=timezone.now()
    )
    page = client.get(_place("supplement", key)).content.decode()
    assert "请标明功能间面积" in page
    assert "还差 1 份材料" in page
    stream = picture()
    stream.name = "新布局图.png"
    answer = client.post(_place("provide", key, "M008"), {"file": stream})
    assert answer["Location"] == _place("supplement", key)
    assert client.post(_place("supplement", key))["Location"] == _place("track", key)
    assert _status(key) == cases.Status.RECEIVED


def test_list_of_cases_costs_the_same_for_one_and_three():
    client = firm_owner()
    bring_to("review")
    client.get(reverse("jishiban:cases"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("jishiban:cases"))
    bring_to("review"), bring_to("submitted")
    with CaptureQueriesContext(connection) as three:
        client.get(reverse("jishiban:cases"))
    assert len(one) == len(three) <= 15


@pytest.mark.parametrize("name", ["home", "wallet", "messages", "me", "reviews"])
def test_own_pages_cost_at_most_fifteen_queries(name: str):
    client = firm_owner()
    bring_to("completed")
    events.run_pending(at=AT + timedelta(days=2))
    client.get(reverse(f"jishiban:{name}"))
    with CaptureQueriesContext(connection) as seen:
        assert client.get(reverse(f"jishiban:{name}")).status_code == 200
    assert len(seen) <= 15


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("fill", "draft"),
        ("materials", "draft"),
        ("check", "draft"),
        ("receipt", "submitted"),
        ("track", "check"),
        ("withdraw", "submitted"),
        ("supplement", "submitted"),
        ("rate", "completed"),
    ],
)
def test_pages_of_a_case_cost_at_most_fifteen_queries(name: str, step: str):
    client, now = firm_owner(), timezone.now()
    key = draft() if step == "draft" else bring_to(step, now - timedelta(days=3))
    if name == "supplement":
        cases.request_supplement(actor=official("nanguan.clerk"), case_key=key, wanted={"M008": "请标明面积"}, at=now)
    events.run_pending(at=now)
    client.get(_place(name, key))
    with CaptureQueriesContext(connection) as seen:
        assert client.get(_place(name, key)).status_code == 200
    assert len(seen) <= 15


@pytest.mark.parametrize("name", ["certificate", "present", "present_code"])
def test_pages_of_a_certificate_cost_at_most_fifteen_queries(name: str):
    client, card = firm_owner(), certificates.list_wallet(actor=citizen(BOSS, FIRM), at=timezone.now())[0]
    client.get(reverse(f"jishiban:{name}", args=[card.id]))
    with CaptureQueriesContext(connection) as seen:
        assert client.get(reverse(f"jishiban:{name}", args=[card.id])).status_code == 200
    assert len(seen) <= 15


def test_wallet_shows_a_certificate_and_a_code_that_can_be_verified_once():
    client, now = firm_owner(), timezone.now()
    card = certificates.list_wallet(actor=citizen(BOSS, FIRM), at=now)[0]
    assert card.type_name in client.get(reverse("jishiban:wallet")).content.decode()
    assert card.number in client.get(reverse("jishiban:certificate", args=[card.id])).content.decode()
    shown = client.get(reverse("jishiban:present", args=[card.id]))
    assert "核验方只会看到以下内容" in shown.content.decode()
    assert shown["Cache-Control"].startswith("max-age=0")
    part = client.get(reverse("jishiban:present_code", args=[card.id])).content.decode()
    assert 'data-countdown="60"' in part
    assert "<html" not in part


def test_certificate_of_another_does_not_exist():
    card = certificates.list_wallet(actor=citizen(BOSS, FIRM), at=timezone.now())[0]
    for name in ("certificate", "present", "present_code"):
        assert visitor(ELDER).get(reverse(f"jishiban:{name}", args=[card.id])).status_code == 404


def test_message_leads_to_what_it_asks_for_and_is_read_then():
    client, me = firm_owner(), citizen(BOSS, FIRM)
    bring_to("submitted")
    events.run_pending(at=AT)
    message = messaging.list_messages(actor=me)[0]
    answer = client.post(reverse("jishiban:messages"), {"message": message.id, "open": "1"})
    assert answer["Location"] == message.link
    assert messaging.list_messages(actor=me)[0].read_at is not None
    client.post(reverse("jishiban:messages"), {"all": "1"})
    assert messaging.count_unread(actor=me) == 0


def test_message_of_another_is_neither_opened_nor_read():
    bring_to("submitted")
    events.run_pending(at=AT)
    message = messaging.list_messages(actor=citizen(BOSS, FIRM))[0]
    answer = visitor(ELDER).post(reverse("jishiban:messages"), {"message": message.id, "open": "1"})
    assert answer["Location"] == reverse("jishiban:messages")
    assert messaging.list_messages(actor=citizen(BOSS, FIRM))[0].read_at is None


def test_code_shown_again_and_again_is_one_line_of_the_uses():
    client, card = firm_owner(), certificates.list_wallet(actor=citizen(BOSS, FIRM), at=timezone.now())[0]
    for _ in range(3):
        client.get(reverse("jishiban:present", args=[card.id]))
    text = client.get(reverse("jishiban:certificate", args=[card.id])).content.decode()
    assert text.count("<b>亮证</b>") == 1
    assert '<b>亮证</b> <span class="num">3</span> 次' in text


def _invited() -> str:
    now = timezone.now()
    key = bring_to("completed", now - timedelta(days=3))
    events.run_pending(at=now)
    return key


def test_rating_is_given_once_with_the_reasons_of_its_grade():
    client, key = firm_owner(), _invited()
    waiting = client.get(reverse("jishiban:reviews")).content.decode()
    assert _place("rate", key) in waiting
    assert f'查询码 <span class="num">{cases.get_case_facts(case_key=key).query_code}</span>' in waiting
    bad = client.post(_place("rate", key), {"grade": "1"})
    assert bad.status_code == 422
    assert "请选择不满意的原因" in bad.content.decode()
    answer = client.post(_place("rate", key), {"grade": "5", "reason": ["512", "108"], "text": "办得快"})
    assert answer["Location"] == reverse("jishiban:reviews")
    given = reviews.find_review(case_key=key)
    assert given is not None
    assert (given.grade, given.reasons, given.text) == (5, ["不用提交证明"], "办得快")
    assert "您已评价" in client.get(_place("rate", key)).content.decode()


def test_rating_sent_after_the_session_ended_asks_for_a_login():
    key = _invited()
    client = firm_owner()
    client.session.flush()
    answer = client.post(_place("rate", key), {"grade": "2", "text": "等了𠮷久"})
    assert answer["Location"] == f"{reverse('account_login')}?next={_place('rate', key)}"
    client.force_login(get_user_model().objects.get(pk=citizen(BOSS).user_id))
    assert "切换并继续" in client.get(_place("rate", key)).content.decode()
    switch = {"firm_id": citizen(BOSS, FIRM).firm_id, "next": _place("rate", key)}
    back = client.post(reverse("accounts:switch_subject"), switch, follow=True).content.decode()
    assert ">等了𠮷久</textarea>" in back
    assert re.search(r'value="2" required checked', back)


def test_only_those_served_may_rate_unless_a_token_stands_for_them():
    key = _invited()
    assert visitor(ELDER).get(_place("rate", key)).status_code == 404
    invitation = reviews.find_invitation(case_key=key)
    assert invitation is not None
    guest = visitor(ELDER)
    guest.logout()
    assert guest.get(_place("rate", key)).status_code == 302
    place = f"{_place('rate', key)}?t={invitation.token}"
    assert guest.get(place).status_code == 200
    assert guest.post(place, {"grade": "4"}).status_code == 302
    given = reviews.find_review(case_key=key)
    assert given is not None
    assert given.grade == 4
