"""The saving page behind the page."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from xiangyun.foundation.forms import api as forms
from xiangyun.foundation.forms.tests.factories import make_actor, open_filled
from xiangyun.kit.actors import Actor

pytestmark = pytest.mark.django_db


def logged_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(pk=actor.user_id))
    return client


def test_draft_saves_and_tells_the_page() -> None:
    actor = make_actor()
    form = open_filled(actor)
    response = logged_in(actor).post(
        reverse("forms:draft", args=[form.id]),
        {"xy-revision": "1", "biz_form": "cater", "mobile": "1", "org_name": "甲"},
    )
    state = json.loads(response["HX-Trigger"])["forms:state"]
    assert "kitchen" in state["visible"]
    assert list(state["problems"]) == ["mobile"]
    assert 'value="2"' in response.content.decode()
    assert forms.get_answers(form_id=form.id) == {"biz_form": "cater", "mobile": "1", "org_name": "甲"}


def test_draft_from_older_tab_says_what_differs() -> None:
    actor = make_actor()
    form = open_filled(actor)
    client, url = logged_in(actor), reverse("forms:draft", args=[form.id])
    client.post(url, {"xy-revision": "1", "org_name": "甲公司"})
    response = client.post(url, {"xy-revision": "1", "org_name": "<b>乙</b>公司"})
    assert response.status_code == 409
    page = response.content.decode()
    assert "已保存的是“甲公司”，本页是“&lt;b&gt;乙&lt;/b&gt;公司”" in page


def test_draft_of_somebody_else() -> None:
    form = open_filled(make_actor())
    response = logged_in(make_actor()).post(reverse("forms:draft", args=[form.id]), {"xy-revision": "1"})
    assert response.status_code == 404


def test_draft_needs_login() -> None:
    form = open_filled(make_actor())
    response = Client().post(reverse("forms:draft", args=[form.id]), {"xy-revision": "1"})
    assert response.status_code in (302, 401)


def test_draft_takes_post_only() -> None:
    actor = make_actor()
    form = open_filled(actor)
    assert logged_in(actor).get(reverse("forms:draft", args=[form.id])).status_code == 405
