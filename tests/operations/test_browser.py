"""In a real browser the public pages run no script that the security policy refuses, also on an empty system."""

from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    "address", ["/", "/items/", "/verify/", "/accounts/login/", "/accounts/register/", "/nowhere/"]
)
def test_public_page_opens_on_desktop_and_phone(page: Any, phone: Any, address: str):
    for opened in (page, phone):
        opened.goto(address)
        assert opened.title()
        assert opened.locator("h1").count() == 1
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
