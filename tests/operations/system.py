"""A whole system started from outside, as `make run` does, on a small pack, in a folder with blanks and Chinese in its path."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psutil

from config.environment import CHECKOUT
from config.postgres import running_server

SWITCHES = ["-P", "-m", "config.cli"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings(folder: Path, **more: str) -> dict[str, str]:
    """An environment without what the test run itself has set."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in ("PATH", "LANG", "HOME", "PYTHONPATH", "VIRTUAL_ENV")
    }
    return {
        **kept,
        "XIANGYUN_HOME": str(folder),
        "XIANGYUN_PACK": str(small_pack(folder)),
        "XIANGYUN_WORKERS": "1",
        **more,
    }


def small_pack(folder: Path) -> Path:
    """A pack that holds its name and a calendar of weekdays only: what a province contains is tested elsewhere."""
    pack = folder.parent / "pack"
    pack.mkdir(exist_ok=True, parents=True)
    (pack / "pack.yaml").write_text(
        "name: small\ntitle: 小包\nversion: '1'\nprovince: '220000'\ndemo_banner: ''\n", encoding="utf-8"
    )
    first = date(date.today().year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(first.year + 2, 1, 1) - first).days)]
    lines = ["date,is_workday,kind,name"]
    lines += [f"{day},{'1,workday' if day.weekday() < 5 else '0,weekend'}," for day in days]
    (pack / "calendar.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return pack


def is_gone(process: psutil.Process) -> bool:
    """Say whether a process has ended; one that nobody has collected yet has ended too."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def run(*arguments: str, env: dict[str, str], **options: Any) -> subprocess.CompletedProcess[str]:
    """Run one subcommand to its end."""
    return subprocess.run(
        [sys.executable, *SWITCHES, *arguments],
        env=env,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
        cwd="/",
        **options,
    )


class System:
    """`xiangyun serve` as a process."""

    def __init__(self, home: Path, **options: Any) -> None:
        self.home = home
        self.port = free_port()
        self.env = settings(home, XIANGYUN_PORT=str(self.port))
        self.options = options
        self.python = sys.executable
        self.output = home.parent / "output.txt"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [self.python, *SWITCHES, "serve"],
                env=self.env,
                cwd="/",
                stdout=output,
                stderr=output,
                start_new_session=True,
                **self.options,
            )
        self.await_health(60)
        self.await_text("Ctrl-C")

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self, number: int = signal.SIGINT) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(60)

    def is_healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def await_health(self, seconds: float = 40) -> None:
        self._await(self.is_healthy, seconds)

    def await_text(self, text: str, seconds: float = 20) -> None:
        self._await(lambda: text in self.output.read_text(encoding="utf-8", errors="replace"), seconds)

    def _await(self, condition: Any, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert self.process is not None
            assert self.process.poll() is None, self.output.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, self.output.read_text(encoding="utf-8")
            time.sleep(0.1)

    def child(self, word: str, but: int = 0, seconds: float = 40) -> psutil.Process:
        """The supervisor's child whose command line holds the word, another one than `but`."""
        assert self.process is not None
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for child in psutil.Process(self.process.pid).children():
                try:
                    if child.pid != but and word in child.cmdline():
                        return child
                except psutil.Error:
                    continue
            time.sleep(0.1)
        raise AssertionError(f"no child {word}")

    def database(self) -> int:
        pid = running_server(self.home / "postgres")
        assert pid is not None
        return pid

    def remains(self) -> list[str]:
        """What still runs for this data folder."""
        found = []
        for process in psutil.process_iter(["cmdline", "status"]):
            try:
                mine = str(self.home) in " ".join(process.info["cmdline"] or []) or process.environ().get(
                    "XIANGYUN_HOME"
                ) == str(self.home)
            except psutil.Error:
                continue
            if mine and process.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(f"{process.pid} {' '.join(process.info['cmdline'] or [])}")
        return found


__all__ = ["CHECKOUT", "System", "free_port", "run", "settings", "small_pack"]
