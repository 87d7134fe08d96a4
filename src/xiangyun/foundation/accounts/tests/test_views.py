"""Account pages: login, registration, one's own data, acting for a firm."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value
from django.apps import apps
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from xiangyun.foundation.access.tests.factories import give, make_role
from xiangyun.foundation.accounts.models import Mandate, User
from xiangyun.foundation.accounts.templatetags.account_forms import device
from xiangyun.foundation.accounts.tests.factories import (
    PASSWORD,
    make_firm,
    make_mandate,
    make_official,
    make_person,
    make_resident,
    next_citizen_id,
)
from xiangyun.foundation.regions.tests.factories import make_jilin

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def actions():
    return list(apps.get_model("audit", "AuditRecord").objects.order_by("pk").values_list("action", flat=True))


def login(client, name, password=PASSWORD, **data):
    return client.post(reverse("account_login"), {"login": name, "password": password} | data)


def reauthenticated(client):
    response = client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": "/accounts/me/"})
    assert response.status_code == 302


@pytest.mark.parametrize("by", ["username", "mobile"])
def test_login_by_user_name_or_mobile(client, by) -> None:
    person = make_person()
    response = login(client, getattr(person, by))
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["trust_level"] == 2
    assert actions() == ["accounts.login"]


def test_login_sends_officials_to_their_desk_and_anybody_to_next(client) -> None:
    assert login(client, make_official().username)["Location"] == "/desk/"
    assert login(Client(), make_official().username, next="/accounts/me/")["Location"] == "/accounts/me/"
    assert login(Client(), make_person().username, next="https://evil.example/")["Location"] == "/"


def test_refused_login_looks_the_same_for_known_and_unknown(client) -> None:
    person = make_person()
    pages = []
    for name in (person.username, person.mobile, "nobody", "19911112222"):
        response = login(client, name, "Wrong-1234")
        assert response.status_code == 200
        page = response.content.decode().replace(name, "")
        pages.append(re.sub(r'csrfmiddlewaretoken" value="[^"]+"|X-CSRFToken": "[^"]+"|nonce-[^"]+', "", page))
    assert len(set(pages)) == 1
    assert "_auth_user_id" not in client.session
    records = apps.get_model("audit", "AuditRecord").objects.filter(action="accounts.login_failed").order_by("pk")
    assert [r.subject_id for r in records] == [str(person.pk), str(person.pk), "0", "0"]
    assert person.username not in {record.label for record in records}
    assert records[3].label == "199****2222"


def test_five_wrong_passwords_lock_one_account_and_no_other(client) -> None:
    victim, other = make_person(), make_person()
    for n in range(5):
        login(client, victim.username if n % 2 else victim.mobile, "Wrong-1234")
    response = login(client, victim.username)
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session
    assert login(client, other.mobile).status_code == 302


def test_closed_account_cannot_come_in_and_open_session_ends(client) -> None:
    person = make_person()
    login(client, person.username)
    assert client.get(reverse("accounts:me")).status_code == 200
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get(reverse("accounts:me")).status_code == 302
    late = Client()
    login(late, person.username)
    assert "_auth_user_id" not in late.session


def test_session_key_changes_at_login(client) -> None:
    client.get(reverse("account_login"))
    session = client.session
    session["kept"] = 1
    session.save()
    before = client.session.session_key
    login(client, make_person().username)
    assert client.session.session_key != before


def test_logout(client) -> None:
    login(client, make_person().username)
    assert client.get(reverse("account_logout")).status_code == 200
    assert client.post(reverse("account_logout")).status_code == 302
    assert "_auth_user_id" not in client.session
    assert actions() == ["accounts.login", "accounts.logout"]


def test_second_factor_is_asked_for_and_raises_the_session(client) -> None:
    person = make_person()
    Authenticator.objects.create(user=person, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    codes = Authenticator.objects.create(user=person, type="recovery_codes", data={"seed": "ab" * 20, "used_mask": 0})
    response = login(client, person.username)
    assert response["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    assert client.get(reverse("mfa_authenticate")).status_code == 200
    response = client.post(reverse("mfa_authenticate"), {"code": codes.wrap().get_unused_codes()[0]})
    assert response.status_code == 302
    assert client.session["trust_level"] == 3


REGISTRATION = {
    "real_name": "孔示例", "mobile": "19900000024", "password": PASSWORD, "password_again": PASSWORD, "agreed": "on",
}  # fmt: skip


def test_register_then_log_in(client) -> None:
    number = next_citizen_id()
    make_resident("孔示例", number)
    assert client.get(reverse("accounts:register")).status_code == 200
    response = client.post(reverse("accounts:register"), REGISTRATION | {"citizen_id": number})
    assert (response.status_code, response["Location"]) == (302, reverse("account_login"))
    assert login(client, "19900000024").status_code == 302
    assert client.session["trust_level"] == 2


def test_register_does_not_tell_who_is_registered(client) -> None:
    number = next_citizen_id()
    make_resident("孔示例", number)
    outcomes = []
    for mobile in ("19900000024", "19900000024", "19900000025"):
        response = client.post(
            reverse("accounts:register"), REGISTRATION | {"citizen_id": number, "mobile": mobile}, follow=True
        )
        outcomes.append((response.redirect_chain, [str(m) for m in response.context["messages"]]))
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"citizen_id": "220000198901010000"}, "校验位不正确"),
        ({"mobile": "1990000"}, "手机号码应为11位数字"),
        ({"password_again": "other"}, "两次输入的密码不一致"),
        ({"password": "short", "password_again": "short"}, "密码"),
        ({"agreed": ""}, "请阅读并勾选"),
        ({"real_name": "<script>alert(1)</script>"}, "姓名格式不正确"),
    ],
)
def test_register_refuses_with_a_sentence(client, changes, sentence) -> None:
    data = REGISTRATION | {"citizen_id": next_citizen_id()} | changes
    response = client.post(reverse("accounts:register"), data)
    assert response.status_code == 422
    page = response.content.decode()
    assert sentence in page
    assert "<script>alert" not in page
    assert PASSWORD not in page
    assert User.objects.count() == 0


def test_own_page_is_masked(client) -> None:
    person = make_person("孔示例", residence_address="吉林省长春市南关区示例路1号")
    login(client, person.username)
    page = client.get(reverse("accounts:me")).content.decode()
    assert "孔示例" in page
    assert person.citizen_id[-4:] in page
    for secret in (person.citizen_id, person.mobile, "示例路1号"):
        assert secret not in page


def test_full_value_needs_the_password_again_and_is_written_down(client) -> None:
    person = make_person()
    login(client, person.username)
    url = reverse("accounts:show_field", args=["citizen_id"])
    response = client.get(url)
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_reauthenticate"))
    assert client.get(response["Location"]).status_code == 200
    reauthenticated(client)
    response = client.get(url)
    assert person.citizen_id in response.content.decode()
    assert response["Cache-Control"] == "no-store"
    assert actions()[-1] == "accounts.unmask"
    assert client.get(reverse("accounts:show_field", args=["password"])).status_code == 404


def test_contact(client) -> None:
    person = make_person()
    login(client, person.username)
    url = reverse("accounts:contact")
    assert client.get(url).status_code == 302
    reauthenticated(client)
    assert client.get(url).status_code == 200
    data = {"residence_address": "示例路1号", "bank_name": "示例银行", "bank_account": "9990000000000000011"}
    assert client.post(url, data | {"bank_account": "123"}).status_code == 422
    assert client.post(url, data)["Location"] == reverse("accounts:me")
    person.refresh_from_db()
    assert (person.residence_address, person.bank_account) == ("示例路1号", "9990000000000000011")


def test_real_name(client) -> None:
    number = next_citizen_id()
    make_resident("孔示例", number)
    person = make_person("孔示例", real_name_level=0)
    login(client, person.username)
    assert client.session["trust_level"] == 0
    url = reverse("accounts:real_name")
    assert client.get(url).status_code == 200
    response = client.post(url, {"real_name": "孔示二", "citizen_id": number})
    assert response.status_code == 422
    assert "核验不一致" in response.content.decode()
    answer = client.post(f"{url}?next=/apply/x/", {"real_name": "孔示例", "citizen_id": number})
    assert (answer.status_code, answer["Location"]) == (302, "/apply/x/")
    assert client.session["trust_level"] == 2


def test_real_name_leads_to_no_other_site(client) -> None:
    number = next_citizen_id()
    make_resident("孔示例", number)
    login(client, make_person("孔示例", real_name_level=0).username)
    url = f"{reverse('accounts:real_name')}?next=//evil.example"
    answer = client.post(url, {"real_name": "孔示例", "citizen_id": number})
    assert answer["Location"] == reverse("accounts:me")


def test_switch_subject_and_back(client) -> None:
    boss, agent = make_person(), make_person()
    firm = make_firm(boss, name="长春示例有限公司")
    mandate = make_mandate(firm, agent)
    login(client, agent.username)
    url = reverse("accounts:switch_subject")
    response = client.post(url, {"firm_id": firm.pk, "next": "/accounts/me/"})
    assert (response["Location"], client.session["subject"]) == ("/accounts/me/", firm.pk)
    assert client.get(reverse("accounts:me")).wsgi_request.actor.firm_name == "长春示例有限公司"
    assert client.post(url, {"firm_id": "", "next": "//evil.example"})["Location"] == "/"
    assert "subject" not in client.session
    client.post(url, {"firm_id": firm.pk})
    Mandate.objects.filter(pk=mandate.pk).update(revoked_at=mandate.given_at)
    assert client.get(reverse("accounts:me")).wsgi_request.actor.firm_id is None
    assert "subject" not in client.session


def test_lost_session_comes_back_with_its_subject(client) -> None:
    agent = make_person()
    firm = make_firm(make_person(), name="长春示例有限公司")
    mandate = make_mandate(firm, agent)
    login(client, agent.username)
    client.post(reverse("accounts:switch_subject"), {"firm_id": firm.pk})
    client.session.flush()
    assert client.get("/accounts/me/")["Location"] == "/accounts/login/?next=/accounts/me/"
    login(client, agent.username, next="/accounts/me/")
    page = client.get("/accounts/me/")
    assert page.wsgi_request.actor.firm_name == "长春示例有限公司"
    assert "当前办事身份：长春示例有限公司。" in page.content.decode()
    client.session.flush()
    Mandate.objects.filter(pk=mandate.pk).update(revoked_at=mandate.given_at)
    login(client, agent.username)
    page = client.get("/accounts/me/")
    assert page.wsgi_request.actor.firm_id is None
    assert "您对原单位的办事授权已失效" in page.content.decode()
    assert "当前办事身份：" not in page.content.decode()


@pytest.mark.parametrize("leave", ["switch_subject", "logout"])
def test_who_left_a_firm_comes_back_as_themselves(client, leave) -> None:
    boss = make_person()
    firm = make_firm(boss)
    login(client, boss.username)
    client.post(reverse("accounts:switch_subject"), {"firm_id": firm.pk})
    client.post(reverse("account_logout" if leave == "logout" else "accounts:switch_subject"))
    login(client, boss.username)
    assert client.get("/accounts/me/").wsgi_request.actor.firm_id is None


def test_form_sent_without_a_session_is_filled_in_after_the_login(client) -> None:
    boss = make_person()
    firm = make_firm(boss)
    login(client, boss.username)
    client.session.flush()
    data = {"firm": firm.pk, "person_name": "施示例𠮷", "scope": "食品经营许可", "password": "Secret-1"}
    page = reverse("accounts:mandates")
    asked = client.post(page, data, headers={"referer": f"http://testserver{page}"})
    assert asked["Location"] == f"/accounts/login/?next={page}"
    assert "施示例" not in str(dict(client.session))
    login(client, boss.username)
    back = client.get(page).content.decode()
    assert "登录失效前填写的内容已为您保留" in back
    assert 'value="施示例𠮷"' in back
    assert 'value="施示例𠮷"' not in client.get(page).content.decode()
    assert not Mandate.objects.exists()


def test_form_sent_without_a_session_is_not_shown_to_the_next_user_of_the_browser(client) -> None:
    login(client, make_person().username)
    client.session.flush()
    page = reverse("accounts:real_name")
    client.post(page, {"real_name": "施示例", "citizen_id": "220102194001010018"}, headers={"referer": page})
    login(client, make_person().username)
    assert "220102194001010018" not in client.get(page).content.decode()


@pytest.mark.parametrize("value", ["1", "99999999999999999999", "x", "-1"])
def test_switch_to_a_foreign_firm_is_refused(client, value) -> None:
    firm = make_firm(make_person())
    login(client, make_person().username)
    response = client.post(reverse("accounts:switch_subject"), {"firm_id": firm.pk if value == "1" else value})
    assert response.status_code in (302, 403)
    assert "subject" not in client.session
    assert client.get(reverse("accounts:switch_subject")).status_code == 405


def test_give_and_revoke_a_mandate(client) -> None:
    boss, agent = make_person(), make_person("施示例")
    firm = make_firm(boss)
    login(client, boss.username)
    url = reverse("accounts:mandates")
    assert "授权经办人" in client.get(url).content.decode()
    data = {
        "firm": firm.pk, "person_name": "施示例", "person_mobile": agent.mobile, "scope": "食品经营许可",
        "valid_from": "2026-01-01", "valid_to": "2028-12-31",
    }  # fmt: skip
    for wrong in ({"person_name": "王示例"}, {"person_mobile": "19999999999"}, {"valid_to": "2025-01-01"}):
        assert client.post(url, data | wrong).status_code == 422
    assert client.post(url, data | {"firm": make_firm(agent).pk}).status_code == 422
    assert client.post(url, data).status_code == 302
    mandate = Mandate.objects.get()
    assert (mandate.person, mandate.scope) == (agent, "食品经营许可")
    other = Client()
    login(other, make_person().username)
    assert other.post(reverse("accounts:revoke_mandate", args=[mandate.pk])).status_code == 404
    assert client.post(reverse("accounts:revoke_mandate", args=[mandate.pk])).status_code == 302
    assert Mandate.objects.get().revoked_at is not None


def test_person_without_firm_gets_no_form(client) -> None:
    login(client, make_person().username)
    page = client.get(reverse("accounts:mandates")).content.decode()
    assert "还没有授权记录" in page
    assert "person_mobile" not in page


@pytest.mark.parametrize("mandates", [1, 3])
def test_mandates_page_costs_the_same_for_one_and_three(client, mandates, django_assert_max_num_queries) -> None:
    agent = make_person()
    for _ in range(mandates):
        make_mandate(make_firm(make_person()), agent)
    client.force_login(agent)
    with django_assert_max_num_queries(9):
        client.get(reverse("accounts:mandates"))


@pytest.mark.parametrize(
    "name",
    [
        "me",
        "contact",
        "real_name",
        "mandates",
        "reset_password",
        ("show_field", "mobile"),
        ("revoke_mandate", 1),
        "switch_subject",
    ],
)
def test_pages_need_login(client, name) -> None:
    label, *arguments = (name,) if isinstance(name, str) else name
    response = client.get(reverse(f"accounts:{label}", args=arguments))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "accounts:register", "account_inactive"])
def test_pages_before_login_are_open(client, name) -> None:
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ["account_change_password", "mfa_index", "usersessions_list", "mfa_activate_totp"])
def test_security_pages_of_the_library_wear_our_clothes(client, name) -> None:
    person = make_person()
    login(client, person.username)
    reauthenticated(client)
    response = client.get(reverse(name))
    assert response.status_code == 200
    page = response.content.decode()
    assert "祥云" in page
    assert 'class="panel' in page


def test_second_factor_is_set_up_used_and_given_up_in_plain_words(client) -> None:
    person = make_person()
    login(client, person.username)
    reauthenticated(client)
    assert "未开启" in client.get(reverse("mfa_index")).content.decode()
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "1"}).content.decode()
    assert "动态码不正确或已过期" in wrong
    secret = wrong.split("手工输入密钥")[1].split(">")[1].split("<")[0]
    now = int(time.time()) // 30
    on = client.post(reverse("mfa_activate_totp"), {"code": f"{hotp_value(secret, now):06}"}, follow=True)
    page = on.content.decode()
    assert '还有 <b class="num">10</b> 个没有用过' in page
    spare = re.findall(r"<li>(\d{8})</li>", page)
    assert "已开启" in client.get(reverse("mfa_index")).content.decode()
    assert "原来的 10 个同时作废" in client.get(reverse("mfa_generate_recovery_codes")).content.decode()
    other = Client()
    asked = login(other, person.username)
    assert asked["Location"] == reverse("mfa_authenticate")
    assert "动态码或备用码" in other.get(asked["Location"]).content.decode()
    assert other.post(asked["Location"], {"code": spare[0]})["Location"] == "/"
    assert "确定关闭吗" in client.get(reverse("mfa_deactivate_totp")).content.decode()
    off = client.post(reverse("mfa_deactivate_totp"), follow=True).content.decode()
    assert "两步验证已关闭" in off


def test_empty_and_weak_input_is_answered_in_plain_words(client) -> None:
    empty = client.post(reverse("accounts:register"), {"real_name": ""}).content.decode()
    assert "请填写姓名。" in empty
    assert "请填写手机号。" in empty
    person = make_person()
    refused = login(client, person.username, "Wrong-1234").content.decode()
    assert "用户名、手机号或密码不正确" in refused
    login(client, person.username)
    weak = {"oldpassword": "x", "password1": "Ab-1", "password2": ""}
    page = client.post(reverse("account_change_password"), weak).content.decode()
    for sentence in ("当前密码不正确", "密码应至少8位", "请填写新密码（再输一次）。"):
        assert sentence in page


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) AppleWebKit/605 Safari/604 MicroMessenger/8.0", "苹果手机 · 微信"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/130 Safari/537 Edg/130", "Windows 电脑 · Edge 浏览器"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/130 Mobile Safari/537", "安卓设备 · Chrome 浏览器"),
        ("curl/8", "其他设备"),
    ],
)
def test_device_is_named_in_words(user_agent: str, words: str) -> None:
    assert device(user_agent) == words


def test_password_change(client) -> None:
    person = make_person()
    login(client, person.username)
    url = reverse("account_change_password")
    wrong = {"oldpassword": "x", "password1": "New-pass-2026", "password2": "New-pass-2026"}
    assert client.post(url, wrong).status_code == 200
    assert client.post(url, wrong | {"oldpassword": PASSWORD}).status_code == 302
    person.refresh_from_db()
    assert person.check_password("New-pass-2026")


def test_window_clerk_gives_a_new_password_and_old_sessions_end(client) -> None:
    person, clerk = make_person(), make_official()
    give(clerk, make_role("window_clerk", "accounts.create_person"), make_jilin()["220102"])
    login(client, person.username)
    desk = Client()
    login(desk, clerk.username)
    url = reverse("accounts:reset_password")
    assert desk.get(url).status_code == 302
    reauthenticated(desk)
    assert desk.get(url).status_code == 200
    assert desk.post(url, {"who": "nobody", "reason": "核对"}).status_code == 422
    assert desk.post(url, {"who": make_official().username, "reason": "核对"}).status_code == 422
    page = desk.post(url, {"who": person.citizen_id, "reason": "已核对身份证原件"})
    password = page.context["password"]
    assert password in page.content.decode()
    assert client.get(reverse("accounts:me")).status_code == 302
    assert login(Client(), person.username, password).status_code == 302
    assert "accounts.reset_password" in actions()


def test_citizens_cannot_reach_the_reset_page(client) -> None:
    person = make_person()
    login(client, person.username)
    reauthenticated(client)
    response = client.post(reverse("accounts:reset_password"), {"who": make_person().username, "reason": "x"})
    assert response.status_code == 403
