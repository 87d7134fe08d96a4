"""What every request passes: health, trace, headers, the login rule, errors for people and for programs."""

import pytest
import structlog
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory

from config.errors import wants_json
from config.middleware import RequestMiddleware

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.operations.urls")]


def test_health_says_that_the_database_answers(client: Client, django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = client.get("/health", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "database": "up"})


def test_health_says_that_the_database_is_down(client: Client, monkeypatch: pytest.MonkeyPatch):
    def down(*args: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", down)
    monkeypatch.setattr(connection, "close", lambda: None)
    assert client.get("/health").status_code == 503


def test_trace_of_the_caller_is_kept_and_a_broken_one_replaced(client: Client):
    trace = "0af7651916cd43dd8448eb211c80319c"
    assert client.get("/health").headers.get("X-Trace-Id") is None
    assert (
        client.get("/closed/", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"}).headers["X-Trace-Id"]
        == trace
    )
    other = client.get("/closed/", headers={"traceparent": "00-<script>-x-01"}).headers["X-Trace-Id"]
    assert len(other) == 32


def test_headers_of_every_page(client: Client):
    headers = client.get("/refusing/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "object-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"].replace("style-src-attr 'unsafe-inline'", "")
    assert "camera=(self)" in headers["Permissions-Policy"]


def test_pages_of_a_logged_in_person_are_not_cached(client: Client, django_user_model):
    client.force_login(django_user_model.objects.create(username="who"))
    assert client.get("/closed/").headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("headers", "status", "location"),
    [
        ({}, 302, "/accounts/login/?next=/closed/%3Fa%3D1"),
        (
            {"HX-Request": "true", "HX-Current-URL": "http://testserver/page/?b=2"},
            401,
            "/accounts/login/?next=/page/%3Fb%3D2",
        ),
        ({"Accept": "application/json"}, 401, None),
    ],
)
def test_login_is_asked_for_as_the_caller_understands(
    client: Client, headers: dict[str, str], status: int, location: str
):
    answer = client.get("/closed/?a=1", headers=headers)
    assert answer.status_code == status
    assert answer.headers.get("Location", answer.headers.get("HX-Redirect")) == location
    if location is None:
        assert answer.json() == {"code": "login_needed", "message": "请先登录后再操作。", "details": {}}


@pytest.mark.parametrize(
    ("referer", "page"),
    [("http://testserver/page/?b=2", "/page/%3Fb%3D2"), ("https://evil.example/page/", "/closed/"), ("", "/closed/")],
)
def test_form_sent_without_a_login_leads_back_to_its_page(client: Client, referer: str, page: str):
    assert (
        client.post("/closed/", {"a": "1"}, headers={"referer": referer})["Location"] == f"/accounts/login/?next={page}"
    )


def test_what_is_too_long_to_keep_is_not_kept(client: Client):
    client.post("/closed/", {"a": "长" * 30_000})
    assert dict(client.session) == {}


def test_refusal_is_a_page_for_people_and_json_for_programs(client: Client):
    page = client.get("/refusing/")
    assert (page.status_code, page.headers["Content-Type"]) == (409, "text/html; charset=utf-8")
    assert "该内容已被他人更新" in page.content.decode()
    answer = client.get("/refusing/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"], answer.json()["details"]) == (409, "conflict", {"case": "1"})


@pytest.mark.parametrize("address", ["/api/v1/nothing", "/api/v9/x"])
def test_unknown_address_of_the_api_is_json(client: Client, address: str):
    answer = client.get(address)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_unknown_page_is_a_page(client: Client):
    answer = client.get("/nothing/here/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_contract_is_open_api_3_1_with_the_error_body_everywhere(client: Client):
    contract = client.get("/api/v1/openapi.json").json()
    assert contract["openapi"].startswith("3.1")
    responses = [operation["responses"] for methods in contract["paths"].values() for operation in methods.values()]
    assert all("4XX" in each for each in responses)
    assert contract["components"]["schemas"]["Error"]["required"] == ["code", "message", "details"]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, False),
        ({"Accept": "*/*"}, False),
        ({}, False),
        ({"Accept": "application/json"}, True),
        ({"Accept": "application/json", "HX-Request": "true"}, False),
    ],
)
def test_wants_json(headers: dict[str, str], expected: bool):
    assert wants_json(RequestFactory().get("/", headers=headers)) is expected


def test_request_line_names_the_page_but_neither_its_files_nor_what_opens_a_door(client: Client):
    with structlog.testing.capture_logs() as lines:
        client.get("/verify/p/0123456789abcdef/?q=220000197201039511")
        RequestMiddleware(lambda request: HttpResponse())(RequestFactory().get("/static/ui/main.js"))
    assert [(line["path"], line["log_level"]) for line in lines if line["event"] == "request"] == [
        ("/verify/p/***/", "info"),
        ("/static/ui/main.js", "debug"),
    ]
