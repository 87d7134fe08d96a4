"""A small Jilin for the tests of the upper apps: the real pack with a few divisions, loaded once a module."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

LOADED_AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
KEPT = re.compile(r"^(code|#|220000000000|220100000000|22010[24]0000|220184000000|220102001000)")


@pytest.fixture(scope="module")
def province(django_db_setup: Any, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Load the real pack with its demonstration people, cut to a city, three counties and one street; undone afterwards."""
    from xiangyun.foundation.packs import api as packs

    folder = tmp_path_factory.mktemp("pack") / "jilin"
    shutil.copytree(settings.XIANGYUN_PACK, folder)
    _cut_regions(folder)
    for unneeded in ("demo/cases.yaml", "regions_history.csv"):
        (folder / unneeded).unlink()
    with django_db_blocker.unblock(), transaction.atomic():
        packs.load_pack(path=folder, demo=True, check=False, at=LOADED_AT)
        yield
        transaction.set_rollback(True)
    packs.clear_content_caches()


def _cut_regions(folder: Path) -> None:
    """Keep the divisions that the demonstration people name, with all above them."""
    named = set(re.findall(r"'(22\d{10})'", "".join(p.read_text("utf-8") for p in (folder / "demo").glob("*.yaml"))))
    wanted = {code[:size].ljust(12, "0") for code in named for size in (2, 4, 6, 9, 12)}
    lines = (folder / "regions.csv").read_text("utf-8").splitlines()
    kept = [line for line in lines if KEPT.match(line) or line.split(",")[0] in wanted or line.split(",")[7:9] == ["Y"]]
    (folder / "regions.csv").write_text("\n".join(kept) + "\n", "utf-8")
