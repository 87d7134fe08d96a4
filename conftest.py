"""What every test may rely on: the job queue's tables exist also where migrations are off."""

import pytest
from django.db import connection
from procrastinate.schema import SchemaManager
from pytest_django import DjangoDbBlocker

from xiangyun.foundation.packs.api import clear_content_caches

pytest_plugins = ["config.pytest_browser", "config.pytest_province"]


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a row of bytes by its argument: packages hold the minute they were made, and every process must see one name."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Add procrastinate's schema after `--no-migrations`: for its unmanaged models Django creates nothing."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('procrastinate_jobs')")
        if cursor.fetchone()[0] is None:
            cursor.execute(SchemaManager.get_schema())


@pytest.fixture(autouse=True)
def _fresh_content() -> None:
    """Forget content that a rolled-back test left in the memory of the process."""
    clear_content_caches()
