"""Give every test run a PostgreSQL cluster of its own, gone when the run ends."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from config.postgres import EmbeddedPostgres, free_port

_cluster: EmbeddedPostgres | None = None


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start the cluster before Django's settings are read; workers of xdist inherit its address."""
    global _cluster
    if "DATABASE_URL" not in os.environ:
        folder = Path(tempfile.mkdtemp(prefix="xiangyun-test-"))
        _cluster = EmbeddedPostgres(folder / "pg", free_port(), durable=False)
        _cluster.start()
        os.environ["DATABASE_URL"] = _cluster.url
        os.environ["XIANGYUN_HOME"] = str(folder)


def pytest_unconfigure() -> None:
    """Stop the cluster and remove its folder."""
    global _cluster
    if _cluster is not None:
        _cluster.stop()
        shutil.rmtree(_cluster.data.parent, ignore_errors=True)
        _cluster = None
