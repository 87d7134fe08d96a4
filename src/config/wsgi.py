"""The WSGI entry point that Granian serves: Django, speaking UTF-8 whatever character set a caller names."""

import os

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")


class Request(WSGIRequest):
    """A request in UTF-8: Django would decode by any codec of Python, of which some fail and some make surrogates."""

    @property
    def encoding(self) -> str:
        """The character set of address and forms."""
        return "utf-8"

    @encoding.setter
    def encoding(self, value: str | None) -> None:
        """Leave it."""


class Handler(WSGIHandler):
    """Django's handler with our requests."""

    request_class = Request


django.setup(set_prefix=False)
application = Handler()
