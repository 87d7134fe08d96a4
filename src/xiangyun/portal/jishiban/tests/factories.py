"""Who visits the hall in these tests."""

from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from xiangyun.service.cases.tests.factories import BOSS, FIRM, citizen

NANGUAN = "220102000000"


def visitor(citizen_id: str = BOSS, uscc: str = "") -> Client:
    """Return a browser in which a person is logged in, acting for a firm if named; its city is 南关区."""
    actor = citizen(citizen_id, uscc)
    client = Client()
    client.cookies["city"] = NANGUAN
    client.force_login(get_user_model().objects.get(pk=actor.user_id))
    session = client.session
    session["trust_level"] = 2
    session.save()
    if actor.firm_id:
        client.post(reverse("accounts:switch_subject"), {"firm_id": actor.firm_id, "next": "/"})
    return client


def firm_owner() -> Client:
    """Return the browser of the one who leads the demonstration firm and acts for it."""
    return visitor(BOSS, FIRM)
