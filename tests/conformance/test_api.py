"""Schemathesis reads the REST contract: whatever is sent, no server error and no answer outside the schema."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.api import api
from xiangyun.service.cases import api as cases
from xiangyun.service.cases.tests.factories import AT, ELDER, citizen, item_code
from xiangyun.service.certificates import api as certificates

CONTRACT = "/api/v1/openapi.json"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def read_contract() -> Any:
    """The contract as the API writes it, answered by our own WSGI application in this process."""
    contract = schemathesis.openapi.from_dict(api.get_openapi_schema())
    contract.app = get_wsgi_application()
    return contract


OPERATIONS = {each.ok().label: each.ok() for each in read_contract().get_all_operations()}
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("province"),
    pytest.mark.parametrize("label", sorted(OPERATIONS)),
]
fuzz = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Keep the test's transaction over requests, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def session() -> dict[str, str]:
    """The cookie of a citizen who is logged in with a confirmed identity."""
    client = Client()
    client.force_login(get_user_model().objects.get(pk=citizen(ELDER).user_id))
    session = client.session
    session["trust_level"] = 2
    session.save()
    name = django_settings.SESSION_COOKIE_NAME
    return {"Cookie": f"{name}={client.cookies[name].value}"}


@pytest.fixture
def known() -> dict[str, str]:
    """Values of real rows by parameter name, so that not only refusals are judged."""
    actor, code = citizen(ELDER), item_code("mzj-220102", "220511004000")
    situation = {"age": "a80", "agent": "n"}
    case = cases.start_case(actor=actor, handle_item_code=code, situation=situation, request_id="elder-case", at=AT)
    held = certificates.list_wallet(actor=actor, at=AT)
    return {
        "key": str(case.key),
        "code": code,
        "task_code": code[:-2],
        "region_code": "220102000000",
        "identifier": held[0].identifier,
    }


def anything(label: str) -> st.SearchStrategy[Any]:
    """Requests to an operation as its contract has them, and as it forbids them."""
    return st.one_of(
        OPERATIONS[label].as_strategy(GenerationMode.POSITIVE), OPERATIONS[label].as_strategy(GenerationMode.NEGATIVE)
    )


def test_anonymous(label: str) -> None:
    @fuzz
    @given(case=anything(label))
    def judge(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    judge()


def test_citizen(label: str, session: dict[str, str]) -> None:
    @fuzz
    @given(case=anything(label))
    def judge(case: Any) -> None:
        case.call_and_validate(checks=CHECKS, headers=session)

    judge()


def test_citizen_on_real_rows(label: str, session: dict[str, str], known: dict[str, str]) -> None:
    operation = OPERATIONS[label]
    path = {each.name: known[each.name] for each in operation.path_parameters if each.name in known}

    @fuzz
    @given(case=operation.as_strategy(path_parameters=path) if path else operation.as_strategy())
    def judge(case: Any) -> None:
        case.query = {name: known.get(name, value) for name, value in (case.query or {}).items()}
        case.call_and_validate(checks=CHECKS, headers=session)

    judge()


def test_login_is_needed_unless_declared_public(label: str) -> None:
    operation = OPERATIONS[label]
    path = re.sub(r"\{\w+\}", "00000000-0000-4000-8000-000000000000", operation.full_path)
    response = getattr(Client(), operation.method)(path)
    if operation.definition.raw.get("security"):
        assert response.status_code == 401, label
        assert set(response.json()) == {"code", "message", "details"}
    else:
        assert response.status_code != 401, label


HOSTILE = ["\x1f", "𠮷㛃", "' or 1=1 --", "%", "_" * 4000, "-1", "9" * 40, "\u202e", "<script>", "../.."]


def send(label: str, text: str, session: dict[str, str]) -> Any:
    operation = OPERATIONS[label]
    case = operation.Case(
        path_parameters={each.name: text for each in operation.path_parameters},
        query={each.name: text for each in operation.query},
    )
    return case.call_and_validate(checks=CHECKS, headers=session)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_every_parameter(label: str, text: str, session: dict[str, str]) -> None:
    send(label, text, session)


def test_nul_in_every_parameter(label: str, session: dict[str, str]) -> None:
    send(label, "a\x00b", session)
