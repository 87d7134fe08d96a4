"""The one command line, `xiangyun`: run the system, load content, find out what is wrong, start afresh."""

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config import environment, keys, postgres, supervisor

# what `reset` removes; anything else in the data folder is not ours
_OURS = (
    "postgres", "secrets", "static", "static.stamp", "files", "mail", "logs", "pack.loaded", "supervisor.lock",
)  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Run one subcommand and return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    environment.read_env_file()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except (supervisor.StartError, postgres.PostgresError, keys.KeyLostError) as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="xiangyun", description="祥云数字政府平台 / the Xiangyun digital-government platform"
    )
    commands = parser.add_subparsers(required=True, metavar="命令")

    def add(name: str, run: object, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command

    add("serve", _serve, "启动全部（数据库、网页、后台作业）并守护 / run everything and keep it alive")
    add("web", _web, "只运行网页服务 / the web server alone")
    add("worker", _worker, "只运行后台作业 / the worker alone")
    add("prepare", _prepare, "更新数据库结构、静态文件，首次加载内容包 / tables, static files, first content")
    add("migrate", _migrate, "更新数据库结构 / bring the tables up to date")
    add("doctor", _doctor, "检查问题并说明如何处理 / what is wrong and how to mend it")
    reset = add("reset", _reset, "删除全部数据和密钥，重新开始 / remove all data and keys")
    reset.add_argument("--yes", action="store_true", help="不再询问 / do not ask")
    pack = add("pack", _pack, "检查或加载内容包 / check or load a content pack")
    pack.add_argument("act", choices=["check", "load"])
    pack.add_argument("path", type=Path, nargs="?", help="内容包目录，默认 XIANGYUN_PACK / its folder")
    pack.add_argument("--demo", action="store_true", help="包含演示部分 / with the demonstration part")
    pack.add_argument("--check", action="store_true", help="只检查，不写入 / write nothing")
    manage = add("manage", _manage, "执行 Django 管理命令 / any Django command")
    manage.add_argument("rest", nargs=argparse.REMAINDER)
    return parser


def _serve(options: argparse.Namespace) -> int:
    from config import welcome

    host, port = environment.text("XIANGYUN_BIND", "127.0.0.1"), environment.number("XIANGYUN_PORT", 8000)
    runner = supervisor.Supervisor(environment.home(), host=host, port=port)
    return runner.run(lambda: welcome.show(port, environment.home(), environment.pack_folder()))


def _web(options: argparse.Namespace) -> int:
    workers = environment.number("XIANGYUN_WORKERS", min(4, os.cpu_count() or 1))
    os.execv(  # noqa: S606 - Granian takes this process over, so that signals reach it
        sys.executable,
        [
            sys.executable, "-P", "-m", "granian", "--interface", "wsgi", "--no-ws", "--blocking-threads", "4",
            "--host", environment.text("XIANGYUN_BIND", "127.0.0.1"),
            "--port", environment.text("XIANGYUN_PORT", "8000"),
            "--workers", str(workers), "--respawn-failed-workers", "--workers-kill-timeout", "10",
            "--log-level", "warning", "config.wsgi:application",
        ],
    )  # fmt: skip


def _worker(options: argparse.Namespace) -> int:
    with _django():
        from django.core.management import call_command

        switches = ["--concurrency", environment.text("XIANGYUN_JOBS", "4"), "--delete-jobs", "successful"]
        call_command("procrastinate", "worker", *switches, "--shutdown-graceful-timeout", "10")
    return 0


def _prepare(options: argparse.Namespace) -> int:
    with _django():
        from config import preparation
        from xiangyun.kit.errors import DomainError

        try:
            preparation.prepare()
        except DomainError as refusal:
            print(refusal.text, file=sys.stderr)
            return 1
    return 0


def _migrate(options: argparse.Namespace) -> int:
    with _django():
        from config import preparation

        preparation.migrate()
    return 0


def _pack(options: argparse.Namespace) -> int:
    check = options.check or options.act == "check"
    path = (options.path or environment.pack_folder()).resolve()
    with _django():
        from config import preparation
        from xiangyun.kit.errors import DomainError

        try:
            preparation.migrate()
            preparation.load_pack(path, demo=options.demo, check=check)
        except DomainError as refusal:
            print(refusal.text, file=sys.stderr)
            return 1
    return 0


def _doctor(options: argparse.Namespace) -> int:
    with _django():
        from config import doctor

        findings = list(doctor.examine())
    for finding in findings:
        print(f"{'✓' if finding.is_good else '✗'} {finding.text}")
        if finding.mend:
            print(f"    → {finding.mend}")
    bad = sum(not finding.is_good for finding in findings)
    print(f"发现 {bad} 个问题 / {bad} problems" if bad else "一切正常 / all is well")
    return 1 if bad else 0


def _reset(options: argparse.Namespace) -> int:
    home = environment.home()
    if supervisor.is_running(home):
        print("系统正在运行，请先停止 / stop the running system first", file=sys.stderr)
        return 1
    if environment.text("DATABASE_URL"):
        print("外部数据库请由数据库管理员清空 / an external database is emptied by its administrator", file=sys.stderr)
        return 1
    found = [home / name for name in _OURS if (home / name).exists()]
    if not options.yes:
        print(f"将删除 {home} 中的全部数据和密钥，无法恢复 / removes all data and keys in {home} for good")
        if input("输入 yes 继续 / type yes to go on: ").strip() != "yes":
            return 1
    for path in found:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    print(f"已删除 / removed: {home}")
    return 0


def _manage(options: argparse.Namespace) -> int:
    with _django():
        from django.core.management import execute_from_command_line

        execute_from_command_line(["xiangyun manage", *options.rest])
    return 0


@contextmanager
def _django() -> Iterator[None]:
    """Set Django up; the embedded database is started for this command where it does not run."""
    import django

    home = environment.home()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = None
    if not environment.text("DATABASE_URL") and postgres.running_port(home / "postgres") is None:
        password = keys.read_secret(home, keys.DATABASE_PASSWORD)
        database = postgres.EmbeddedPostgres(home / "postgres", log=home / "logs" / "postgres.log", password=password)
        for name in keys.ALL:
            keys.read_secret(home, name)
        database.start()
        os.environ["DATABASE_URL"] = database.url
    try:
        django.setup()
        yield
    finally:
        if database is not None:
            from django.db import connections

            connections.close_all()
            database.stop()
            del os.environ["DATABASE_URL"]


if __name__ == "__main__":
    sys.exit(main())
