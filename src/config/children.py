"""Child processes of the supervisor: restarted with back-off, and found again after the supervisor's own death."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

MARK = "XIANGYUN_CHILD_OF"  # in the environment of each child: the data folder it works for
_LONGEST_WAIT = 30.0
_STEADY = 60.0  # seconds after which a process counts as healthy again
_PATIENCE = 15  # seconds for a process to end by itself
_LOG_LIMIT = 50 * 1024 * 1024


class Child:
    """One process that has to run: its command, its log, and when it may be started again."""

    def __init__(self, name: str, command: Sequence[str], *, home: Path, environment: Mapping[str, str]) -> None:
        """Describe the process; the mark in its environment lets a later supervisor find it."""
        self.name = name
        self.command = list(command)
        self.home = home
        self.log = home / "logs" / f"{name}.log"
        self.environment = {**os.environ, **environment, MARK: str(home), "PYTHONUNBUFFERED": "1"}
        self.process: subprocess.Popen[bytes] | None = None
        self.starts_at = 0.0
        self._wait = 0.0
        self._started_at = 0.0

    def start(self) -> None:
        """Start the process; what it prints goes to its log."""
        rotate(self.log)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.home, env=self.environment, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        self._started_at = time.monotonic()

    def has_died(self) -> bool:
        """Say whether the process is gone; if so set when it may start again: at once, after 1, 2, 4 … 30 seconds."""
        if self.process is None or self.process.poll() is None:
            return False
        # a killed parent may leave workers of its own that hold the port
        signal_group(self.process.pid, signal.SIGKILL)
        self.process = None
        now = time.monotonic()
        self._wait = 0.0 if now - self._started_at > _STEADY else min(_LONGEST_WAIT, max(1.0, 2 * self._wait))
        self.starts_at = now + self._wait
        return True

    def stop(self, timeout: float) -> None:
        """Ask the process to end, and end it with all of its group after `timeout` seconds."""
        if self.process is not None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout)
            signal_group(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def signal_group(group: int, number: signal.Signals) -> None:
    """Send a signal to a whole process group, if there is one."""
    with suppress(ProcessLookupError):
        os.killpg(group, number)


def end_orphans(home: Path) -> int:
    """End what an earlier supervisor of this data folder left running; return how many processes that was."""
    orphans = _orphans(home)
    deadline = time.monotonic() + _PATIENCE
    found = len(orphans)
    while orphans:
        for pid in orphans:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM if time.monotonic() < deadline else signal.SIGKILL)
        time.sleep(0.3)
        orphans = _orphans(home)
    return found


def rotate(log: Path) -> None:
    """Keep a log that grew too big as one older file; a process that writes to it goes on without notice."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)


def _orphans(home: Path) -> list[int]:
    mark = os.fsencode(f"{MARK}={home}")
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and int(folder.name) != os.getpid():
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
            except OSError:
                continue
    return found
