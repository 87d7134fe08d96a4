"""Sessions that ended are removed, those that hold stay."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from xiangyun.foundation.accounts.operations.sessions import remove_ended_sessions
from xiangyun.foundation.accounts.tests.factories import make_person


@pytest.mark.django_db
def test_ended_sessions_leave_nothing_behind(client: Client) -> None:
    user = make_person("示例")
    client.force_login(user)
    ended = SessionStore()
    ended.set_expiry(timezone.now() - timedelta(days=1))
    ended.save()
    for key in (ended.session_key, client.session.session_key):
        UserSession.objects.create(user=user, session_key=key, ip="127.0.0.1")
    assert remove_ended_sessions(at=timezone.now()) == 1
    assert [row.session_key for row in Session.objects.all()] == [client.session.session_key]
    assert [row.session_key for row in UserSession.objects.all()] == [client.session.session_key]
