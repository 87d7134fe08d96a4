"""`xiangyun serve`: the database, the web server and the worker as children of one small process that keeps them alive.

It is made to be killed: children that die are started again, and the next start cleans up after a supervisor that died.
"""

import errno
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from config import environment, keys
from config.children import MARK, Child, end_orphans, rotate
from config.environment import StartError
from config.postgres import EmbeddedPostgres, PostgresError

NEEDED_SPACE = 500 * 1024 * 1024
_LOW_SPACE = 100 * 1024 * 1024
_PORT_REASONS = {
    errno.EADDRINUSE: "已被其他程序占用 / in use",
    errno.EACCES: "1024 以下的端口需要 root 权限 / below 1024 only root may listen",
    errno.EADDRNOTAVAIL: "XIANGYUN_BIND 不是本机地址 / not an address of this machine",
}


class DiskFullError(StartError):
    """Too little space is left for the database to run."""


class Stopped(Exception):
    """Somebody asked the supervisor to end."""


class Supervisor:
    """Starts everything in order, watches, and stops everything in the opposite order."""

    def __init__(self, home: Path, *, host: str, port: int, free_space: Callable[[Path], int] | None = None) -> None:
        """Name the data folder and the public address; `free_space` tells the bytes left on a folder's disk."""
        self.home = home
        self.host = host
        self.port = port
        self.free_space = free_space or (lambda folder: shutil.disk_usage(folder).free)
        self.database: EmbeddedPostgres | None = None
        self.children: list[Child] = []
        self._stopping = False
        self._is_low = False
        self._database_retry = 0.0

    def run(self, on_ready: Callable[[], None]) -> int:
        """Start all, call `on_ready` when pages are served, keep all running until told to stop; return the status."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        try:
            environment.prepare_home(self.home)
            self._check_space()
            with (self.home / "supervisor.lock").open("a+") as lock:
                self._lock(lock.fileno())
                self._start()
                on_ready()
                while True:
                    self._watch()
        except Stopped:
            _say("正在停止 / stopping …")
            return 0
        except StartError as error:
            _say(str(error))
            if self.home.is_dir() and not isinstance(error, DiskFullError) and self.free_space(self.home) < _LOW_SPACE:
                _say(_disk_full(self.home, self.free_space(self.home)))
            return 1
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            _say(_disk_full(self.home, 0))
            return 1
        finally:
            self._stop()

    def _start(self) -> None:
        if orphans := end_orphans(self.home):
            _say(f"已清理上次未正常退出的进程 {orphans} 个 / cleaned up {orphans} processes of an earlier run")
        self._check_port()
        address = environment.text("DATABASE_URL")
        if not address:
            password = keys.read_secret(self.home, keys.DATABASE_PASSWORD)
            log = self.home / "logs" / "postgres.log"
            self.database = EmbeddedPostgres(self.home / "postgres", log=log, password=password)
            # the keys belong to the database and must exist before it does
            for name in keys.ALL:
                keys.read_secret(self.home, name)
            self.database.start(self._check_stop)
            address = self.database.url
        settings = {"DATABASE_URL": address, "XIANGYUN_HOME": str(self.home)}
        self._prepare(settings)
        # the worker waits until pages are served: two starts at a time would make people wait longer
        self._launch("web", settings)
        self._await_web()
        self._launch("worker", settings)

    def _launch(self, name: str, settings: dict[str, str]) -> None:
        child = Child(name, command(name), home=self.home, environment=settings)
        self.children.append(child)
        child.start()

    def _prepare(self, settings: dict[str, str]) -> None:
        """Bring tables, static files and content up to date in a process of its own, so that this one stays small."""
        marked = {**os.environ, **settings, MARK: str(self.home)}
        process = subprocess.Popen(command("prepare"), env=marked, start_new_session=True)
        try:
            while process.poll() is None:
                self._pause(0.1)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        if process.returncode != 0:
            raise StartError("准备数据库或内容失败，原因见上 / preparing the database or the content failed, see above")

    def _await_web(self) -> None:
        # the supervisor asks the loopback address also where the server listens on all
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(self.host, self.host)  # noqa: S104
        deadline = time.monotonic() + 60
        while not _is_healthy(f"http://{host}:{self.port}/health"):
            if time.monotonic() > deadline:
                raise StartError(f"网页服务未能启动 / the web server did not start: {self.home}/logs/web.log")
            self._watch()

    def _watch(self) -> None:
        """Look after everything once: what died is started again when its time has come."""
        self._pause(0.5)
        free, was_low = self.free_space(self.home), self._is_low
        self._is_low = free < _LOW_SPACE
        if self._is_low and not was_low:
            _say(_disk_full(self.home, free))
        database = self.database
        if database is not None:
            rotate(database.log)
            died = database.process is None or database.process.poll() is not None
            if died and time.monotonic() > self._database_retry:
                _say("数据库已退出，正在重启 / the database ended, restarting it")
                try:
                    database.start(self._check_stop)
                except PostgresError as error:
                    _say(str(error))
                    self._database_retry = time.monotonic() + 10
        for child in self.children:
            rotate(child.log)
            if child.has_died():
                _say(f"{child.name} 已退出，正在重启，日志 {child.log} / {child.name} ended, restarting it")
            if child.process is None and time.monotonic() >= child.starts_at:
                child.start()

    def _stop(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for child in self.children:
            child.stop(timeout=15)
        if self.database is not None:
            self.database.stop()

    def _lock(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.pread(descriptor, 20, 0).decode().strip()
            raise StartError(
                f"祥云已在运行（进程 {pid}，数据目录 {self.home}）。\n"
                f"Xiangyun is already running (process {pid}, data in {self.home})."
            ) from None
        os.truncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())

    def _check_space(self) -> None:
        free = self.free_space(self.home)
        if free < NEEDED_SPACE:
            raise DiskFullError(_disk_full(self.home, free))

    def _check_port(self) -> None:
        if reason := port_problem(self.host, self.port):
            another = self.port + 1 if 1024 <= self.port < 65535 else 8000
            raise StartError(
                f"{self.host} 的端口 {self.port} 不可用（{reason}）。"
                f"请停止占用它的程序，或换一个端口：XIANGYUN_PORT={another} make run\n"
                f"Port {self.port} of {self.host} cannot be used ({reason}). Stop what holds it, or take another: "
                f"XIANGYUN_PORT={another} make run"
            )

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _check_stop(self) -> None:
        if self._stopping:
            raise Stopped

    def _pause(self, seconds: float) -> None:
        self._check_stop()
        time.sleep(seconds)
        self._check_stop()


def command(name: str) -> list[str]:
    """Return the command line of one of our own subcommands."""
    return [sys.executable, "-P", "-m", "config.cli", name]


def is_running(home: Path) -> bool:
    """Say whether a supervisor holds the data folder."""
    try:
        with (home / "supervisor.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def port_problem(host: str, port: int) -> str:
    """Say why the web server could not listen there; empty where it can."""
    # browsers try ::1 first for `localhost`: whoever listens there would be taken for us
    for address in (host, "::1") if host == "127.0.0.1" else (host,):
        try:
            with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
        except OSError as error:
            if address == host or error.errno == errno.EADDRINUSE:
                return _PORT_REASONS.get(error.errno or 0, f"XIANGYUN_BIND：{error.strerror}")
    return ""


def _is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own loopback address
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _disk_full(folder: Path, free: int) -> str:
    size = f"{free // 1024 // 1024} MB"
    return (
        f"磁盘空间不足：{folder} 所在磁盘仅剩 {size}，请清理后重试，或用 XIANGYUN_HOME 指定其他磁盘。\n"
        f"The disk is full: {size} left for {folder}. Free some, or name another folder by XIANGYUN_HOME."
    )


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
