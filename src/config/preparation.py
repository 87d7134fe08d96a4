"""What is done before pages are served: tables, static files, content; each only when something changed."""

import hashlib
import sys
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.utils import timezone

from config.environment import StartError
from config.keys import MASTER_KEY, KeyLostError
from xiangyun.foundation.packs import api as packs
from xiangyun.kit.privacy import UnreadableSecret
from xiangyun.kit.privacy.fields import EncryptedField


def prepare() -> None:
    """Bring the database, the static files and, in a new installation, the content up to date.

    Raises: PackErrors, KeyLostError, StartError.
    """
    migrate()
    if column := find_unreadable_column():
        raise KeyLostError(
            f"主密钥与数据库不符（{column} 无法解密）。请把原来的 secrets/{MASTER_KEY} 放回 {settings.HOME}，"
            "或设置原来的 XIANGYUN_MASTER_KEY。\n"
            f"The master key does not belong to this database ({column} cannot be read). Put the former one back."
        )
    collect_static()
    pack, mark = packs.find_pack(), settings.HOME / "pack.loaded"
    if settings.XIANGYUN_DEMO and pack is not None and not pack.is_demo:
        raise StartError(
            "本系统的数据不含演示部分。演示账号的密码是公开的，因此不会自动装入：正式运行请设置 XIANGYUN_DEMO=0；"
            "确需演示数据请执行 xiangyun pack load --demo\n"
            "This system was set up without demonstration data, whose passwords are public: set XIANGYUN_DEMO=0, "
            "or load it by hand with xiangyun pack load --demo."
        )
    # the mark is set when all is loaded: a first start that was broken off goes on where it was
    if pack is None or not mark.exists():
        load_pack(settings.XIANGYUN_PACK, demo=settings.XIANGYUN_DEMO, check=False)
        mark.touch()


def find_unreadable_column() -> str:
    """Return the first encrypted column that our master key cannot read, empty if it reads all.

    A new key beside an old database would make everything encrypted before unreadable, and mix the two from then on.
    """
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedField):
                kept = model._base_manager.filter(**{f"{field.name}__isnull": False})
                try:
                    kept.values_list(field.name, flat=True).order_by("-pk").first()
                except UnreadableSecret:
                    return f"{model._meta.verbose_name} {field.verbose_name}"
    return ""


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
