"""Give every test run a PostgreSQL cluster of its own, gone when the run ends."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from config.postgres import EmbeddedPostgres


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start the cluster before Django's settings are read; workers of xdist inherit its address."""
    if "DATABASE_URL" not in os.environ:
        folder = Path(tempfile.mkdtemp(prefix="xiangyun-test-"))
        cluster = EmbeddedPostgres(folder / "postgres", log=folder / "postgres.log", durable=False)
        # also a run that breaks off before its first test leaves nothing behind
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        atexit.register(cluster.stop)
        cluster.start()
        os.environ["DATABASE_URL"] = cluster.url
        os.environ["XIANGYUN_HOME"] = str(folder)
