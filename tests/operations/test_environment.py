"""Settings from the environment and `.env`, keys made once, the form of what production runs with."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config import environment, keys, logs
from config.children import Child
from config.environment import StartError
from tests.operations.system import CHECKOUT, free_port, run, settings


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


def test_env_file_that_is_no_text_is_named(tmp_path: Path):
    (tmp_path / ".env").write_bytes("XIANGYUN_PORT=八千".encode("gb18030"))
    with pytest.raises(StartError, match=r"无法读取 .*\.env"):
        environment.read_env_file(tmp_path / ".env")


@pytest.mark.parametrize("value", ["eight", "-1", "0", "65536", "8000 # web"])
def test_wrong_number_is_named(monkeypatch: pytest.MonkeyPatch, value: str):
    monkeypatch.setenv("XIANGYUN_PORT", value)
    with pytest.raises(StartError, match="XIANGYUN_PORT 有误，应为 1 到 65535 的整数"):
        environment.number("XIANGYUN_PORT", 8000, least=1)


def test_flag_is_on_off_or_refused(monkeypatch: pytest.MonkeyPatch):
    read = []
    for value in ("1", "Yes", "", "0", "off"):
        monkeypatch.setenv("XIANGYUN_TLS", value)
        read.append(environment.flag("XIANGYUN_TLS"))
    assert read == [True, True, False, False, False]
    monkeypatch.setenv("XIANGYUN_TLS", "ture")
    with pytest.raises(StartError, match="XIANGYUN_TLS 有误，应为 1 或 0"):
        environment.flag("XIANGYUN_TLS")


def test_data_folder_that_cannot_be_written_is_named(tmp_path: Path):
    environment.prepare_home(tmp_path / "new" / "home")
    assert stat.S_IMODE((tmp_path / "new" / "home").stat().st_mode) == 0o700
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", Path("/proc/none")):
        with pytest.raises(StartError, match=f"数据目录 {folder} 无法写入"):
            environment.prepare_home(folder)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("XIANGYUN_PORT", "99999", "应为 1 到 65535 的整数"),
        ("XIANGYUN_LOG", "xml", "应为 text、json 之一"),
        ("XIANGYUN_LOG_LEVEL", "loud", "应为 INFO、DEBUG、WARNING、ERROR 之一"),
        ("XIANGYUN_MASTER_KEY", "abcd", "应为 64 位十六进制数"),
        ("XIANGYUN_MASTER_KEY", "geheim", "应为 64 位十六进制数"),
        ("XIANGYUN_SMTP_URL", "smtp://mail:geheim", "应为 smtp://host:port/… 形式的地址"),
        ("XIANGYUN_PUBLIC_URL", "zwfw.example.cn", "应为 https://host:port/… 形式的地址"),
        ("DATABASE_URL", "mysql://u:geheim@db/x", "应为 postgresql://host:port/… 形式的地址"),
    ],
)
def test_wrong_setting_is_named_without_a_trace_or_a_secret(tmp_path: Path, name: str, value: str, said: str):
    env = settings(tmp_path / "home", DATABASE_URL="postgresql://u:p@127.0.0.1:1/x") | {name: value}
    done = run("doctor", env=env)
    assert done.returncode == 1
    assert f"设置 {name} 有误，{said}" in done.stderr
    assert "Traceback" not in done.stderr
    assert "geheim" not in done.stderr


def test_database_that_does_not_answer_is_said_without_a_trace(tmp_path: Path):
    env = settings(tmp_path / "home", DATABASE_URL=f"postgresql://u:geheim@127.0.0.1:{free_port()}/x")
    done = run("migrate", env=env)
    assert (done.returncode, done.stderr[:8]) == (1, "数据库无法使用：")
    assert "Traceback" not in done.stderr
    assert "geheim" not in done.stderr
    seen = run("doctor", env=env)
    assert "✗ 数据库无法连接" in seen.stdout


def test_logs_blot_out_personal_numbers():
    line = "Key (mobile)=(19900000016), id 220000197201039511, card 6222020000000000000, item 11220000DM0000208L2220123003000"
    assert logs.blot(None, "info", line) == "Key (mobile)=(***), id ***, card ***, item 11220000DM0000208L2220123003000"
    kept = "trace=5c5f26cc4aeb4d209bd99dd98e647226 case=222611180000016 at=2026-11-21T07:51:53.454620Z"
    assert logs.blot(None, "info", kept) == kept


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
    used = set(re.findall(r'(?:text|number|flag|names|choice|url|key)\(\s*"([A-Z_0-9]+)"', code))
    example = (CHECKOUT / ".env.example").read_text(encoding="utf-8")
    documented = {line[1:].partition("=")[0] for line in example.splitlines() if line.startswith("#") and "=" in line}
    assert len(used) > 20
    assert used - documented == set()
