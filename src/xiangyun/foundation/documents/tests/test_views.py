"""The public check of a paper."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from xiangyun.foundation.documents import api as documents
from xiangyun.foundation.documents.tests.factories import AT, SEAL, issue, make_department, make_kinds

pytestmark = pytest.mark.django_db


def test_verify_shows_public_facts_only() -> None:
    make_kinds()
    document = issue(make_department())
    pdf = documents.render_pdf(document_id=document.id, seal_picture=SEAL)
    documents.store_sealed(document_id=document.id, pdf=pdf, signature=b"1", at=AT)
    response = Client().get(reverse("documents:verify", args=[document.verify_key]))
    page = response.content.decode()
    assert response.status_code == 200
    assert document.number in page
    assert "已用印" in page
    assert "餐饮有限公司" not in page


def test_verify_before_sealing() -> None:
    make_kinds()
    document = issue(make_department())
    page = Client().get(reverse("documents:verify", args=[document.verify_key])).content.decode()
    assert "尚未用印" in page


def test_verify_unknown() -> None:
    response = Client().get(reverse("documents:verify", args=[uuid.uuid4()]))
    assert response.status_code == 404
    assert "没有查到该文书" in response.content.decode()
