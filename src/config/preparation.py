"""What is done before pages are served: tables, static files, content; each only when something changed."""

import hashlib
import sys
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.utils import timezone

from xiangyun.foundation.packs import api as packs


def prepare() -> None:
    """Bring the database, the static files and, in a new installation, the content up to date.

    Raises: PackErrors.
    """
    migrate()
    collect_static()
    mark = settings.HOME / "pack.loaded"
    wanted = f"{settings.XIANGYUN_PACK.name} demo={int(settings.XIANGYUN_DEMO)}\n"
    # the mark is set when all is loaded: a first start that was broken off goes on where it was
    if not mark.exists() or (settings.XIANGYUN_DEMO and mark.read_text(encoding="utf-8") != wanted):
        load_pack(settings.XIANGYUN_PACK, demo=settings.XIANGYUN_DEMO, check=False)
        mark.write_text(wanted, encoding="utf-8")


def migrate() -> None:
    """Bring the tables up to date."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def collect_static() -> None:
    """Gather, hash and compress the static files when any of them changed."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    stamp = settings.HOME / "static.stamp"
    if not stamp.exists() or stamp.read_text(encoding="ascii") != digest.hexdigest():
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(digest.hexdigest(), encoding="ascii")


def load_pack(path: Path, *, demo: bool, check: bool) -> None:
    """Load a content pack, or with `check` only say what is wrong with it, and report to the terminal.

    Raises: PackErrors.
    """
    sys.stdout.write(f"内容包 {path.name}{'（含演示部分）' if demo else ''}：{'检查' if check else '加载'}…\n")
    sys.stdout.flush()
    report = packs.load_pack(path=path, demo=demo, check=check, at=timezone.now())
    sys.stdout.write("\n".join(report.lines() if check else report.lines()[-1:]) + "\n")
