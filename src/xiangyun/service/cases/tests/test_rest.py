"""REST of one's own cases."""

import pytest
from django.test import Client

from xiangyun.foundation.accounts import api as accounts
from xiangyun.service.cases.tests.factories import AT, ELDER, bring_to, item_code

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("province")]
PLACE = "/api/v1/cases"


@pytest.fixture
def elder(django_user_model) -> Client:
    client = Client()
    client.force_login(django_user_model.objects.get(pk=accounts.find_user_by_citizen_id(ELDER)))
    session = client.session
    session["trust_level"] = 2
    session.save()
    return client


def post(client, path, body, **headers):
    return client.post(f"{PLACE}{path}", body, content_type="application/json", headers=headers)


def test_open_hand_in_and_follow(elder):
    body = {"handle_item_code": item_code("mzj-220102", "220511004000"), "situation": {"age": "a80", "agent": "n"}}
    first, again = (post(elder, "", body, **{"Idempotency-Key": "elder-0001"}) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201), first.content
    assert first.json()["key"] == again.json()["key"]
    key = first.json()["key"]
    assert post(elder, f"/{key}/submission", {"answers": {}}).json()["status"] == "submitted"
    assert post(elder, f"/{key}/submission", {"answers": {}}).status_code == 409
    assert [row["key"] for row in elder.get(PLACE).json()["rows"]] == [key]
    assert post(elder, f"/{key}/withdrawal", {"reason": "不办了"}).json()["status"] == "withdrawn"


def test_foreign_case_is_not_found_and_nobody_needs_to_log_in(elder):
    key = bring_to("submitted", AT)
    assert elder.get(f"{PLACE}/{key}").status_code == 404
    assert elder.get(f"{PLACE}/{key}").json()["code"] == "cases.not_found"
    assert Client().get(f"{PLACE}/{key}").status_code == 401


def test_unknown_item_is_refused_in_words(elder):
    refused = post(elder, "", {"handle_item_code": "1" * 33}, **{"Idempotency-Key": "elder-0002"})
    assert refused.status_code == 404
    assert refused.json()["message"]


def test_missing_key_is_refused(elder):
    assert post(elder, "", {"handle_item_code": item_code()}).status_code == 422
