"""The one command line, `xiangyun`: run the system, load content, find out what is wrong, start afresh."""

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from config import backup, children, environment, keys, postgres, supervisor

# what `reset` removes; anything else in the data folder is not ours
_OURS = (
    "postgres", ".cluster-*", "secrets", "static", "static.stamp", "files", "mail", "outbox", "logs", "pack.loaded",
    "supervisor.lock",
)  # fmt: skip
_NO_RIGHT = psycopg.errors.InsufficientPrivilege


def main(arguments: list[str] | None = None) -> int:
    """Run one subcommand and return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    # whatever we write is for nobody else, also where the data folder itself is open
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
    options = _parser().parse_args(arguments)
    try:
        environment.read_env_file()
        return int(options.run(options))
    except environment.StartError as error:
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

    serve = add("serve", _serve, "启动全部（数据库、网页、后台作业）并守护 / run everything and keep it alive")
    serve.add_argument("--demo", action="store_true", help="XIANGYUN_DEMO 未设置时按 1 / XIANGYUN_DEMO=1 unless set")
    add("web", _web, "只运行网页服务 / the web server alone")
    add("worker", _worker, "只运行后台作业 / the worker alone")
    add("prepare", _prepare, "更新数据库结构、静态文件，首次加载内容包 / tables, static files, first content")
    add("migrate", _migrate, "更新数据库结构 / bring the tables up to date")
    add("doctor", _doctor, "检查问题并说明如何处理 / what is wrong and how to mend it")
    saving = add("backup", _backup, "备份数据库、附件和密钥，不必停机 / save database, files and keys while running")
    saving.add_argument("folder", type=Path, help="新目录 / a folder that does not exist yet")
    restoring = add("restore", _restore, "把备份恢复到空的数据目录 / restore a backup into an empty data folder")
    restoring.add_argument("folder", type=Path, help="备份目录 / the folder that backup wrote")
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

    if options.demo and not environment.text("XIANGYUN_DEMO"):
        os.environ["XIANGYUN_DEMO"] = "1"
    host, port = environment.address()
    runner = supervisor.Supervisor(environment.home(), host=host, port=port)
    return runner.run(lambda: welcome.show(host, port, environment.home(), environment.pack_folder()))


def _web(options: argparse.Namespace) -> int:
    address = environment.text("DATABASE_URL") or _running_database()
    if not address:
        raise environment.StartError(
            "内置数据库未运行：请执行 xiangyun serve，或设置 DATABASE_URL / the embedded database does not run"
        )
    os.environ["DATABASE_URL"] = address
    host, port = environment.address()
    workers = environment.number("XIANGYUN_WORKERS", min(4, os.cpu_count() or 1), least=1)
    os.execv(  # noqa: S606 - Granian takes this process over, so that signals reach it
        sys.executable,
        [
            sys.executable, "-P", "-m", "granian", "--interface", "wsgi", "--no-ws", "--blocking-threads", "4",
            "--host", host, "--port", str(port),
            "--workers", str(workers), "--respawn-failed-workers", "--workers-kill-timeout", "10",
            "--log-level", "warning", "config.wsgi:application",
        ],
    )  # fmt: skip


def _worker(options: argparse.Namespace) -> int:
    with _django():
        from django.core.management import call_command

        jobs = environment.number("XIANGYUN_JOBS", 4, least=1)
        switches = ["--concurrency", str(jobs), "--delete-jobs", "successful"]
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
        print(f"{finding.mark} {finding.text}")
        if finding.mend:
            print(f"    → {finding.mend}")
    bad = sum(not finding.is_good for finding in findings)
    hints = sum(bool(finding.mend) for finding in findings) - bad
    if bad or hints:
        print(f"发现 {bad} 个问题，{hints} 条提醒 / {bad} problems, {hints} hints")
    else:
        print("一切正常 / all is well")
    return 1 if bad else 0


def _backup(options: argparse.Namespace) -> int:
    if environment.text("DATABASE_URL"):
        print(
            "外部数据库请用其自带的工具备份（如 pg_dump），并同时备份附件和密钥，见 docs/operations.md / "
            "an external database is saved by its own tools, see docs/operations.md",
            file=sys.stderr,
        )
        return 1
    target = options.folder.resolve()
    with _database() as address:
        backup.back_up(environment.home(), address, target)
    print(f"已备份到 {target}。其中含密钥和个人信息，请妥善保管 / saved; it holds keys and personal data, keep it safe")
    return 0


def _restore(options: argparse.Namespace) -> int:
    backup.restore(options.folder.resolve(), environment.home())
    print(f"已恢复到 {environment.home()}，可以启动 / restored, ready to start")
    return 0


def _reset(options: argparse.Namespace) -> int:
    home = environment.home()
    if supervisor.is_running(home):
        print("系统正在运行，请先停止 / stop the running system first", file=sys.stderr)
        return 1
    if environment.text("DATABASE_URL"):
        print("外部数据库请由数据库管理员清空 / an external database is emptied by its administrator", file=sys.stderr)
        return 1
    found = [path for name in _OURS for path in home.glob(name)]
    if not options.yes:
        print(f"将删除 {home} 中的全部数据和密钥，无法恢复 / removes all data and keys in {home} for good")
        if input("输入 yes 继续 / type yes to go on: ").strip() != "yes":
            return 1
    # a supervisor that was killed leaves its children at work
    children.end_orphans(home)
    postgres.end_server(home / "postgres")
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
    """Set Django up over a running database; a database that cannot be used is said without a trace of our code."""
    import django
    from django.db import NotSupportedError, OperationalError, ProgrammingError, connections

    with _database() as address:
        os.environ["DATABASE_URL"] = address
        django.setup()
        try:
            yield
        except (OperationalError, NotSupportedError, ProgrammingError) as error:
            if isinstance(error, ProgrammingError) and not isinstance(error.__cause__, _NO_RIGHT):
                raise
            reason = str(error).strip().splitlines()[0]
            raise environment.StartError(
                f"数据库无法使用：{reason}\n请确认数据库已启动、DATABASE_URL 正确、账号是该库的所有者，并执行 xiangyun doctor 检查。\n"
                "The database cannot be used: see that it runs, that DATABASE_URL is right, and that the account owns it."
            ) from error
        finally:
            connections.close_all()


@contextmanager
def _database() -> Iterator[str]:
    """Give the address of the database; an embedded one that does not run is started for this command."""
    home = environment.home()
    environment.prepare_home(home)
    if address := environment.text("DATABASE_URL") or _running_database():
        yield address
        return
    for name in keys.ALL:
        keys.read_secret(home, name)
    password = keys.read_secret(home, keys.DATABASE_PASSWORD)
    database = postgres.EmbeddedPostgres(home / "postgres", log=home / "logs" / "postgres.log", password=password)
    database.start()
    try:
        yield database.url
    finally:
        database.stop()


def _running_database() -> str:
    """Return the address of the embedded database, empty where it does not run."""
    home = environment.home()
    port = postgres.running_port(home / "postgres")
    return postgres.database_url(port, keys.read_secret(home, keys.DATABASE_PASSWORD)) if port else ""


if __name__ == "__main__":
    sys.exit(main())
