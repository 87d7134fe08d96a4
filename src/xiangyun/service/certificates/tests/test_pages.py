"""Public pages, the holder's files, and the REST contract."""

import io
import os
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from xiangyun.service.certificates import api as certificates
from xiangyun.service.certificates.queries.files import read_file
from xiangyun.service.certificates.tests.factories import (
    actor_of,
    issue_to_firm,
    issue_to_person,
    make_firm,
    make_user,
    ready,
)

pytestmark = pytest.mark.django_db
OTHER_ID = "220000198707219047"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def text(response: object) -> str:
    return response.content.decode()


def test_index_is_public_and_leads_to_the_result(client: Client) -> None:
    assert "电子证照核验" in text(client.get("/verify/"))
    made = issue_to_firm(ready(), make_firm())
    assert "核验结果" in text(client.get("/verify/", {"id": f" {made.identifier} "}))


def test_result_by_identifier(client: Client, django_assert_max_num_queries: object) -> None:
    made = issue_to_firm(ready(), make_firm(), at=timezone.now())
    with django_assert_max_num_queries(6):
        page = text(client.get(f"/verify/{made.identifier}/"))
    for expected in (
        "证照真实有效",
        "食品经营许可证",
        "长春示例餐饮管理有限公司",
        made.number,
        "2031年11月19日",
        "演示证照",
    ):
        assert expected in page


@pytest.mark.parametrize("identifier", ["1.2.156", "<script>alert(1)</script>", "𬭎", "a" * 150])
def test_wrong_identifier_is_said_kindly(client: Client, identifier: str) -> None:
    response = client.get("/verify/", {"id": identifier})
    assert response.status_code == 422
    assert "不正确" in text(response)
    assert "<script>alert" not in text(response)


def test_unknown_identifier_is_404(client: Client) -> None:
    made = issue_to_firm(ready(), make_firm())
    body = made.identifier.removeprefix("1.2.156.3005.2.").split(".")
    from xiangyun.kit.codes import build_certificate_identifier

    unknown = build_certificate_identifier(body[0], body[1], "99999", 1)
    response = client.get(f"/verify/{unknown}/")
    assert response.status_code == 404
    assert "没有查到" in text(response)


def test_trying_many_identifiers_is_slowed_down(client: Client) -> None:
    for _ in range(30):
        assert client.get("/verify/1.2.3/").status_code == 422
    response = client.get("/verify/1.2.3/")
    assert response.status_code == 429


def test_dynamic_code_is_used_up_by_the_button_alone(client: Client) -> None:
    user = make_user()
    made = issue_to_person(ready(), user, at=timezone.now())
    shown = certificates.present_certificate(
        actor=actor_of(user), certificate_id=made.id, nonce=os.urandom(12), at=timezone.now()
    )
    address = f"/verify/p/{shown.token}/"
    assert "查看证照" in text(client.get(address))
    first = text(client.post(address))
    assert "证照真实有效" in first
    assert "赵*一" in first
    assert "赵示一" not in first
    second = client.post(address)
    assert second.status_code == 410
    assert "已被核验过一次" in text(second)
    late = certificates.present_certificate(
        actor=actor_of(user), certificate_id=made.id, nonce=os.urandom(12), at=timezone.now() - timedelta(minutes=2)
    )
    assert "已过期" in text(client.post(f"/verify/p/{late.token}/"))
    assert "已过期" in text(client.get(f"/verify/p/{late.token}/"))
    assert client.get("/verify/p/forged/").status_code == 422
    assert client.post("/verify/p/forged/").status_code == 422


def test_file_report_shows_each_step(client: Client) -> None:
    made = issue_to_firm(ready(), make_firm(), at=timezone.now())
    data = read_file(certificate_id=made.id)
    page = text(client.post("/verify/file/", {"file": SimpleUploadedFile("证照.ofd", data)}))
    assert "文件真实、完整、有效" in page
    assert page.count("data-step=") == 16
    changed = data[:300] + bytes([data[300] ^ 1]) + data[301:]
    page = text(client.post("/verify/file/", {"file": SimpleUploadedFile("证照.ofd", changed)}))
    assert "没有通过核验" in page
    assert client.post("/verify/file/", {}).status_code == 422
    assert client.get("/verify/file/")["Location"] == "/verify/"
    empty = client.post("/verify/file/", {"file": SimpleUploadedFile("a.ofd", b"")})
    assert "请选择要核验的OFD文件" in text(empty)
    pdf = client.post("/verify/file/", {"file": SimpleUploadedFile("<b>.pdf", b"%PDF-1.7")})
    assert "视读件" in text(pdf)
    assert "<b>.pdf" not in text(pdf)


def test_holder_downloads_own_files_and_nobody_elses(client: Client) -> None:
    user, stranger = make_user(), make_user("钱示二", OTHER_ID)
    made = issue_to_person(ready(), user)
    address = f"/verify/own/{made.id}"
    assert client.get(f"{address}.ofd").status_code == 302
    client.force_login(user)
    ofd = client.get(f"{address}.ofd")
    assert ofd.content == read_file(certificate_id=made.id)
    assert ofd["Content-Type"] == "application/ofd"
    assert client.get(f"{address}.pdf").content.startswith(b"%PDF-")
    picture = client.get(f"{address}.png").content
    assert Image.open(io.BytesIO(picture)).width > 600
    assert len(picture) < 180 * 1024
    assert client.get(f"{address}.exe").status_code == 404
    client.force_login(stranger)
    assert client.get(f"{address}.ofd").status_code == 404
    kinds = [use.purpose for use in certificates.list_uses(actor=actor_of(user)) if use.kind == "download"]
    assert sorted(kinds) == ["下载OFD", "下载PDF"]


def test_rest_verifies_by_identifier(client: Client) -> None:
    made = issue_to_person(ready(), make_user(), at=timezone.now())
    response = client.get("/api/v1/certificates/verify", {"identifier": made.identifier})
    assert response.status_code == 200
    body = response.json()
    assert (body["holder_name"], body["in_force"], body["valid_to"]) == ("赵*一", True, None)
    assert set(body) == {
        "identifier", "type_name", "type_code", "number", "issuer_name", "issuer_code", "holder_name", "issued_on",
        "valid_from", "valid_to", "status", "status_name", "in_force", "version", "is_demo",
    }  # fmt: skip
    for value, status, code in (
        ("1.2.3", 422, "certificates.bad_identifier"),
        ("", 422, "invalid_input"),
        ("\x00", 400, "invalid_character"),
    ):
        response = client.get("/api/v1/certificates/verify", {"identifier": value})
        assert (response.status_code, response.json()["code"]) == (status, code)
        assert set(response.json()) == {"code", "message", "details"}


def test_rest_wallet_needs_a_login_and_shows_ones_own(client: Client) -> None:
    user = make_user()
    made = issue_to_person(ready(), user)
    assert client.get("/api/v1/certificates/wallet").status_code == 401
    client.force_login(user)
    assert [entry["id"] for entry in client.get("/api/v1/certificates/wallet").json()] == [made.id]
    client.force_login(make_user("钱示二", OTHER_ID))
    assert client.get("/api/v1/certificates/wallet").json() == []
