"""Requests that no browser sends: NUL wherever text can hide, other character sets, forms where JSON belongs."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from config.wsgi import application
from xiangyun.foundation.packs import api as packs

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
UTF16 = '{"handle_item_code": "\\u0000"}'.encode("utf-16")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (FORM, b"query_code=a%00b&tail=1234"),
        (FORM, b"query_code=a\x00b&tail=1234"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="query_code"\r\n\r\na\x00\r\n--x--',
        ),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a\x00"\r\n\r\na\r\n--x--'),
    ],
)
def test_nul_in_a_form_is_refused_before_any_page_reads_it(client: Client, content_type: str, body: bytes):
    assert client.post("/progress/", body, content_type=content_type).status_code == 400


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"handle_item_code": "\\u0000"}'),
        ("text/plain", b'{"handle_item_code": "\\u0000"}'),
        ("", b'{"handle_item_code": "\\u0000"}'),
        ("application/json", UTF16),
    ],
)
def test_nul_in_json_is_refused_whatever_it_calls_itself(client: Client, content_type: str, body: bytes):
    answer = client.post("/api/v1/cases", body, content_type=content_type)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_character")


def test_percent_signs_in_json_are_text(client: Client, django_user_model: Any):
    client.force_login(django_user_model.objects.create(username="who"))
    answer = client.post("/api/v1/cases", {"handle_item_code": "100%00"}, "application/json")
    assert answer.json()["code"] != "invalid_character"


def test_nul_in_a_cookie_is_refused(client: Client):
    client.cookies.load({settings.SESSION_COOKIE_NAME: "\0" * 32})
    assert client.get("/accounts/me/").status_code == 400


def test_form_where_json_belongs_is_refused(client: Client, django_user_model: Any):
    client.force_login(django_user_model.objects.create(username="who"))
    answer = client.post("/api/v1/cases", {"handle_item_code": "1"}, headers={"idempotency-key": "12345678"})
    assert (answer.status_code, set(answer.json())) == (400, {"code", "message", "details"})


@pytest.mark.parametrize("charset", ["zlib", "hex", "undefined", "idna", "utf-7", "unicode_escape"])
@pytest.mark.parametrize(("method", "kind"), [("GET", "text/plain"), ("POST", "multipart/form-data; boundary=x")])
def test_character_sets_that_the_caller_names_are_not_used(method: str, kind: str, charset: str):
    packs.find_pack()  # what every page says, read now: a server closes the test's connection with its first request
    body = b'--x\r\nContent-Disposition: form-data; name="login"\r\n\r\n+2AA-\\ud800\r\n--x--'
    request = RequestFactory().generic(method, "/accounts/login/?next=%2B2AA-%2BAAA-%5Cud800", body)
    request.environ["CONTENT_TYPE"] = f"{kind}; charset={charset}"
    answers: list[str] = []
    application(request.environ, lambda status, headers, *more: answers.append(status))
    assert answers == ["200 OK" if method == "GET" else "403 Forbidden"]  # without its token a form is refused
