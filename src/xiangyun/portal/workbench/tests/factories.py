"""Who opens the desk in these tests."""

from django.contrib.auth import get_user_model
from django.test import Client

from xiangyun.service.cases.tests.factories import BOSS, citizen


def desk_of(username: str) -> Client:
    """Return a browser in which an official is logged in."""
    client = Client()
    client.force_login(get_user_model().objects.get(username=username))
    return client


def browser_of_citizen() -> Client:
    """Return a browser in which a citizen is logged in."""
    client = Client()
    client.force_login(get_user_model().objects.get(pk=citizen(BOSS).user_id))
    return client
