"""`xiangyun backup` and `xiangyun restore`: database, files and keys of an installation as one folder."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from config import environment, keys, postgres
from config.environment import StartError

_DUMP = "database.dump"
_FOLDERS = (keys.FOLDER, "files")
_MARK = "pack.loaded"


def back_up(home: Path, address: str, target: Path) -> None:
    """Write the folder `target`; the system may run meanwhile.

    The database comes first: a file is stored before the row that names it, so every row finds its file in the copy.

    Raises: StartError.
    """
    if target.exists():
        raise StartError(f"{target} 已存在，请换一个目录 / exists already, name another folder")
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    with _undone_on_failure(fresh):
        fresh.mkdir(parents=True, mode=0o700)
        _run("pg_dump", "--format=custom", f"--file={fresh / _DUMP}", address=address)
        _copy(home, fresh)
        fresh.rename(target)


def restore(source: Path, home: Path) -> None:
    """Fill the data folder `home` from a backup.

    Raises: StartError where the folder holds data already, or the backup is not complete.
    """
    if not (source / _DUMP).is_file() or not (source / keys.FOLDER / keys.DATABASE_PASSWORD).is_file():
        raise StartError(f"{source} 不是完整的备份 / is no complete backup")
    parts = [home / name for name in ("postgres", *_FOLDERS)]
    if any(part.exists() for part in parts):
        raise StartError(
            f"数据目录 {home} 已有数据，未作任何改动。请用 XIANGYUN_HOME 指定空目录 / holds data already, nothing was changed"
        )
    environment.prepare_home(home)
    with _undone_on_failure(*parts):
        _copy(source, home)
        password = keys.read_secret(home, keys.DATABASE_PASSWORD)
        server = postgres.EmbeddedPostgres(home / "postgres", log=home / "logs" / "postgres.log", password=password)
        try:
            server.start()
            dump = str(source / _DUMP)
            _run("pg_restore", "--no-owner", "--single-transaction", "--dbname=xiangyun", dump, address=server.url)
        finally:
            server.stop()


def _copy(source: Path, target: Path) -> None:
    for name in _FOLDERS:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name)
    if (source / _MARK).exists():
        shutil.copy2(source / _MARK, target)


@contextmanager
def _undone_on_failure(*parts: Path) -> Iterator[None]:
    """Leave none of the parts behind unless all goes well."""
    try:
        yield
    except BaseException as error:
        for part in parts:
            shutil.rmtree(part, ignore_errors=True)
        if isinstance(error, OSError):
            raise StartError(str(error)) from error
        raise


def _run(program: str, *arguments: str, address: str) -> None:
    """Run one of PostgreSQL's programs; the password stays out of the list of processes."""
    url = urlsplit(address)
    login = {
        "PGHOST": unquote(url.hostname or ""), "PGPORT": str(url.port or 5432), "PGUSER": unquote(url.username or ""),
        "PGPASSWORD": unquote(url.password or ""), "PGDATABASE": unquote(url.path.lstrip("/")),
    }  # fmt: skip
    command = [str(postgres.BIN / program), *arguments]
    done = subprocess.run(command, env={**os.environ, **login}, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise StartError(f"{program}: {done.stderr.strip()}")
