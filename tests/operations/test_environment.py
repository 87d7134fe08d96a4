"""Settings from the environment and `.env`, keys made once, the form of what production runs with."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config import environment, keys
from config.children import Child
from tests.operations.system import CHECKOUT, settings


def test_env_file_fills_in_what_is_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / ".env"
    file.write_text(
        "# 注释\nXIANGYUN_A=one\nexport XIANGYUN_B='two words'\n\nXIANGYUN_C=three=3\nbroken\n", encoding="utf-8"
    )
    monkeypatch.setenv("XIANGYUN_A", "set before")
    for name in ("XIANGYUN_B", "XIANGYUN_C"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    environment.read_env_file(file)
    assert [os.environ[f"XIANGYUN_{letter}"] for letter in "ABC"] == ["set before", "two words", "three=3"]
    environment.read_env_file(tmp_path / "none")


def test_wrong_number_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XIANGYUN_PORT", "eight")
    with pytest.raises(SystemExit, match="XIANGYUN_PORT"):
        environment.number("XIANGYUN_PORT", 8000)


def test_relative_home_counts_from_the_checkout(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XIANGYUN_HOME", "elsewhere/data")
    assert environment.home() == CHECKOUT / "elsewhere" / "data"
    monkeypatch.setenv("XIANGYUN_HOME", "/srv/祥云")
    assert environment.home() == Path("/srv/祥云")


def test_key_is_made_once_and_private(tmp_path: Path):
    first = keys.read_secret(tmp_path, keys.MASTER_KEY)
    assert (len(first), first) == (64, keys.read_secret(tmp_path, keys.MASTER_KEY))
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == [keys.MASTER_KEY]


def test_key_is_not_made_beside_an_old_database(tmp_path: Path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").touch()
    with pytest.raises(keys.KeyLostError, match="丢失"):
        keys.read_secret(tmp_path, keys.MASTER_KEY)


def test_child_that_keeps_dying_waits_longer_each_time(tmp_path: Path):
    child = Child("short", [sys.executable, "-c", "print('hello')"], home=tmp_path, environment={})
    waits = []
    for _ in range(4):
        child.start()
        assert child.process is not None
        child.process.wait()
        before = child.starts_at
        assert child.has_died()
        waits.append(child._wait)
        assert child.starts_at > before
    assert waits == [1.0, 2.0, 4.0, 8.0]
    assert (tmp_path / "logs" / "short.log").read_text() == "hello\n" * 4


def production(folder: Path, expression: str, **more: str) -> str:
    """Evaluate an expression over the production settings in a process of its own."""
    env = settings(folder, DATABASE_URL="postgresql://u:p%40ss@db:5433/x?sslmode=require", **more)
    program = f"from config.settings import production as s; print({expression})"
    done = subprocess.run(
        [sys.executable, "-P", "-c", program], env=env, capture_output=True, text=True, timeout=30, cwd="/"
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_production_is_safe_by_default(tmp_path: Path):
    said = production(
        tmp_path / "home", "s.DEBUG, s.ALLOWED_HOSTS, len(s.XIANGYUN_MASTER_KEY), len(s.SECRET_KEY), s.XIANGYUN_DEMO"
    )
    assert said == "False ['localhost', '127.0.0.1', '[::1]'] 32 64 False"


def test_production_reads_the_database_address(tmp_path: Path):
    said = production(
        tmp_path / "home",
        "[s.DATABASES['default'][k] for k in ('HOST', 'PORT', 'USER', 'PASSWORD')] + [s.DATABASES['default']['OPTIONS']['sslmode']]",
    )
    assert said == "['db', 5433, 'u', 'p@ss', 'require']"


def test_production_behind_tls_holds_browsers_to_it(tmp_path: Path):
    said = production(
        tmp_path / "home",
        "s.SESSION_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_NAME, s.CSRF_TRUSTED_ORIGINS",
        XIANGYUN_TLS="1",
        XIANGYUN_HOSTS="zwfw.example.cn, .example.org",
    )
    assert said == "True True __Host-xiangyun_session ['https://zwfw.example.cn', 'https://*.example.org']"


def test_production_keeps_files_in_object_storage_when_told_so(tmp_path: Path):
    said = production(tmp_path / "home", "s.STORAGES['default']['BACKEND']", XIANGYUN_S3_BUCKET="files")
    assert said == "storages.backends.s3.S3Storage"


def test_env_example_names_every_setting_that_is_read():
    code = "\n".join(path.read_text(encoding="utf-8") for path in (CHECKOUT / "src" / "config").rglob("*.py"))
    used = set(re.findall(r'(?:text|number|flag|names)\(\s*"([A-Z_]+)"', code))
    example = (CHECKOUT / ".env.example").read_text(encoding="utf-8")
    documented = {line[1:].partition("=")[0] for line in example.splitlines() if line.startswith("#") and "=" in line}
    assert len(used) > 20
    assert used - documented == set()
