"""Refusals as pages, parts and JSON."""

import json

import pytest
from django.http import HttpResponse, HttpResponseNotAllowed
from django.test import RequestFactory, override_settings

from xiangyun.foundation.ui.middleware import RefusalMiddleware
from xiangyun.kit.errors import DomainError, NotAllowed, ValidationError

pytestmark = pytest.mark.django_db


@pytest.fixture
def handler() -> RefusalMiddleware:
    return RefusalMiddleware(lambda request: HttpResponse())


def test_refusal_page_says_what_why_and_whom_to_call(handler: RefusalMiddleware):
    request = RequestFactory().get("/x/", headers={"Referer": "http://testserver/before/"})
    response = handler.process_exception(request, ValidationError(mobile="手机号应为11位数字"))
    text = response.content.decode()
    assert response.status_code == 422
    assert "手机号应为11位数字" in text
    assert 'href="tel:12345"' in text
    assert 'href="http://testserver/before/"' in text
    assert "invalid_input" in text


def test_refusal_never_links_back_to_another_site(handler: RefusalMiddleware):
    request = RequestFactory().get("/x/", headers={"Referer": "https://evil.example/"})
    assert "evil.example" not in handler.process_exception(request, NotAllowed()).content.decode()


def test_refusal_for_programs_is_json(handler: RefusalMiddleware):
    request = RequestFactory().post("/x/", headers={"Accept": "application/json"})
    response = handler.process_exception(request, NotAllowed())
    assert response.status_code == 403
    assert json.loads(response.content)["code"] == "not_allowed"


def test_refusal_for_htmx_is_a_part_announced_to_readers(handler: RefusalMiddleware):
    request = RequestFactory().post("/x/", headers={"HX-Request": "true"})
    response = handler.process_exception(request, DomainError("请稍后再试。"))
    assert response["HX-Retarget"] == "#announcer"
    assert "<html" not in response.content.decode()


def test_a_fault_is_not_a_refusal(handler: RefusalMiddleware):
    assert handler.process_exception(RequestFactory().get("/"), KeyError("x")) is None


@pytest.mark.django_db
@override_settings(ALLOWED_HOSTS=["*"])
@pytest.mark.parametrize(("wanted", "value"), [("1", "1"), ("0", "0"), ("x", "0")])
def test_elder_version_is_kept_on_the_device(client, wanted: str, value: str):
    response = client.post("/ui/elder/", {"elder": wanted, "next": "//evil.example/"})
    assert response.status_code == 302
    assert response["Location"] == "/"
    assert response.cookies["elder"].value == value


def test_address_that_only_takes_what_a_button_sends_says_so():
    answer = RefusalMiddleware(lambda request: HttpResponseNotAllowed(["POST"]))
    page = answer(RequestFactory().get("/x/"))
    assert page.status_code == 405
    assert "不能直接打开" in page.content.decode()
    assert answer(RequestFactory().put("/x/")).content == b""
