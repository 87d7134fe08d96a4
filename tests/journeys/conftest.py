"""One system for all journeys: it is started once, and `xdist_group` keeps its tests in one process."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, Protocol

import pytest

from tests.journeys.province import Province, Visitor, visitor


class OpenWindow(Protocol):
    def __call__(
        self, username: str = "", *, phone: bool = False, script: bool = True
    ) -> AbstractContextManager[Visitor]: ...


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    """A running province in an empty folder."""
    system = Province(tmp_path_factory.mktemp("province") / "home")
    try:
        system.start()
        yield system
    finally:
        if system.process is not None and system.process.poll() is None:
            system.stop()


@pytest.fixture
def window(browser: Any, province: Province) -> OpenWindow:
    """Open a browser window on the province, logged in as somebody."""
    return partial(visitor, browser, province)
