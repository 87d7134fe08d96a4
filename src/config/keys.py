"""The installation's own secrets: generated once into the data folder, readable by its owner only, never replaced."""

import os
import secrets
from pathlib import Path

from config.environment import StartError

FOLDER = "secrets"
DJANGO_KEY = "django.key"
MASTER_KEY = "master.key"
DATABASE_PASSWORD = "database.key"  # noqa: S105
ALL = (DJANGO_KEY, MASTER_KEY, DATABASE_PASSWORD)


class KeyLostError(StartError):
    """A database exists but the key to what it holds does not."""


def read_secret(home: Path, name: str) -> str:
    """Return the secret `name` of the installation (64 hex digits), made at the first call.

    A new key beside an old database would make everything encrypted in it unreadable, so that is refused.

    Raises: KeyLostError.
    """
    path = home / FOLDER / name
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pass
    if (home / "postgres" / "PG_VERSION").exists():
        raise KeyLostError(
            f"数据库已存在，但密钥文件 {path} 丢失。请从备份恢复该文件；确需放弃全部数据时执行 xiangyun reset。\n"
            f"The database exists but its key {path} is gone. "
            "Restore the file from a backup, or give up all data by `xiangyun reset`."
        )
    return _create(path)


def _create(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        # a link fails where another process was first, and a reader never sees half a key
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink(missing_ok=True)
    return path.read_text(encoding="ascii").strip()
