"""Whole cases per second through the operations, beside SpiffWorkflow driving the same process.

A case here is everything from the draft to the rating: form, materials with an uploaded file, five user tasks of the
process `standard`, the certificate with its sealed OFD, delivery, and the applicant's stars. The database is a durable
embedded PostgreSQL of its own in a temporary folder, content the real pack cut to one city. Run by
`python bench/main_job.py [cases]`; with `--profile` the slowest functions of one process are printed instead.
"""

import argparse
import cProfile
import multiprocessing
import os
import platform
import pstats
import re
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import psycopg

BENCH = Path(__file__).resolve().parent
sys.path[:0] = [str(BENCH.parent / "src"), str(BENCH)]

from workflow_oracle import run_oracle  # noqa: E402

from config.postgres import EmbeddedPostgres  # noqa: E402

PACK = BENCH.parent / "packs" / "jilin"
PROCESS = PACK / "processes" / "standard.bpmn"
KEPT = re.compile(r"^(code|#|220000000000|220100000000|22010[24]0000|220184000000|220102001000)")
LICENCE = "  food_business_license:\n"
WARM_UP = 5
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Run:
    """What one process measured."""

    cases: int
    seconds: float
    cpu: float
    drain_seconds: float
    deliveries: int
    rss_before: float
    rss_after: float
    queries: int
    drain_queries: int


@contextmanager
def database() -> Iterator[tuple[EmbeddedPostgres, Path]]:
    """Start a durable server in a folder of its own, and set the environment of a production process."""
    folder = Path(tempfile.mkdtemp(prefix="xiangyun-bench-"))
    password = secrets.token_hex(16)
    server = EmbeddedPostgres(folder / "postgres", log=folder / "postgres.log", password=password, durable=True)
    server.start()
    os.environ.update(
        DATABASE_URL=server.url,
        XIANGYUN_HOME=str(folder),
        XIANGYUN_PACK=str(folder / "pack" / "jilin"),
        XIANGYUN_SECRET_KEY=secrets.token_hex(32),
        XIANGYUN_MASTER_KEY=secrets.token_hex(32),
        XIANGYUN_LOG_LEVEL="ERROR",
        DJANGO_SETTINGS_MODULE="config.settings.production",
    )
    try:
        yield server, folder
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def fill(folder: Path) -> None:
    """Make the tables and load the pack with its demonstration people, cut to a city, three counties and one street."""
    import django

    pack = folder / "pack" / "jilin"
    shutil.copytree(PACK, pack)
    for unneeded in ("demo/cases.yaml", "regions_history.csv"):
        (pack / unneeded).unlink(missing_ok=True)
    named = set(re.findall(r"'(22\d{10})'", "".join(p.read_text("utf-8") for p in (pack / "demo").glob("*.yaml"))))
    wanted = {code[:size].ljust(12, "0") for code in named for size in (2, 4, 6, 9, 12)}
    lines = (pack / "regions.csv").read_text("utf-8").splitlines()
    kept = [line for line in lines if KEPT.match(line) or line.split(",")[0] in wanted or line.split(",")[7:9] == ["Y"]]
    (pack / "regions.csv").write_text("\n".join(kept) + "\n", "utf-8")
    # the licence goes the plain way, as the yardstick does: accept, review, check, decide, deliver
    settings = pack / "guide_settings.yaml"
    plain = settings.read_text("utf-8").replace(LICENCE, f"{LICENCE}    process: standard\n", 1)
    settings.write_text(plain, "utf-8")

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from xiangyun.foundation.packs import api as packs

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    packs.load_pack(path=pack, demo=True, check=False, at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    connection.close()


def measure(n: int, barrier: Barrier, results: "multiprocessing.Queue[Any]", *, profile: bool) -> None:
    """Run cases in this process and report; the child of `run_processes`."""
    import django

    django.setup()
    from case_script import Bench

    try:
        bench = Bench()
        bench.register_firms(n + WARM_UP + 1)
        bench.run(WARM_UP)
        bench.drain()
        queries, drain_queries = bench.count_queries()
        barrier.wait()
        results.put(_profiled(bench, n) if profile else _timed(bench, n, barrier, queries, drain_queries))
    except BaseException:
        barrier.abort()
        raise


def _timed(bench: Any, n: int, barrier: Barrier, queries: int, drain_queries: int) -> Run:
    rss = resident()
    begun, cpu = time.perf_counter(), time.process_time()
    bench.run(n)
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    rss_after = resident()
    barrier.wait()
    begun = time.perf_counter()
    deliveries = bench.drain()
    return Run(
        cases=n,
        seconds=seconds,
        cpu=cpu,
        drain_seconds=time.perf_counter() - begun,
        deliveries=deliveries,
        rss_before=rss,
        rss_after=rss_after,
        queries=queries,
        drain_queries=drain_queries,
    )


def _profiled(bench: Any, n: int) -> None:
    profiler = cProfile.Profile()
    profiler.runcall(bench.run, n)
    pstats.Stats(profiler).sort_stats("cumulative").print_stats("xiangyun|execute|fetch|commit", 90)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(40)


def run_processes(count: int, n: int, *, profile: bool = False) -> list[Run]:
    """Run `n` cases in each of `count` processes at once.

    Raises: SystemExit when one of them failed.
    """
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(count), context.Queue()
    children = [
        context.Process(target=measure, args=(n, barrier, results), kwargs={"profile": profile}) for _ in range(count)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    if any(child.exitcode for child in children):
        raise SystemExit("a process failed")
    return [results.get() for _ in children]


def resident() -> float:
    """Return the resident memory of this process in MiB."""
    [line] = [x for x in Path("/proc/self/status").read_text("ascii").splitlines() if x.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def server_cpu(server: EmbeddedPostgres) -> float:
    """Return the CPU seconds the server has used, with those of its sessions that ended."""
    assert server.process is not None
    parent, used = str(server.process.pid), 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        if stat.parent.name == parent:
            used += sum(map(int, fields[11:15]))
        elif fields[1] == parent:
            used += sum(map(int, fields[11:13]))
    return used / TICKS


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("cases", type=int, nargs="?", default=200, help="cases a process")
    arguments.add_argument("--profile", action="store_true")
    arguments.add_argument("--rounds", type=int, default=1, help="repeat on a shared machine; each is printed")
    chosen = arguments.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))  # the server must not outlive its bench
    with database() as (server, folder):
        filled = multiprocessing.get_context("spawn").Process(target=fill, args=(folder,))
        filled.start()
        filled.join()
        if filled.exitcode:
            raise SystemExit("the pack did not load")
        if chosen.profile:
            run_processes(1, chosen.cases, profile=True)
            return
        for number in range(chosen.rounds):
            print(f"\nround {number + 1}, load average {os.getloadavg()[0]:.1f}")
            report(server, chosen.cases)


def report(server: EmbeddedPostgres, n: int) -> None:
    """Measure one process, two, and the oracle, and print what came out."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        version = connection.execute("SHOW server_version").fetchone()
        size = _size(connection)
        cpu = server_cpu(server)
        [one] = run_processes(1, n)
        cpu = server_cpu(server) - cpu
        grown = (_size(connection) - size) / (n + WARM_UP + 1)
        two = run_processes(2, n)
    spent = time.process_time()
    oracle = run_oracle(PROCESS, n, server.url)
    spent = (time.process_time() - spent) / (n + 1)
    oracle_reload = run_oracle(PROCESS, n, server.url, reload=True)
    alone, pair = _rate([one]), _rate(two)
    rows = [
        ("operations, one process", f"{alone:.1f} cases/s"),
        ("operations, two processes", f"{pair:.1f} cases/s ({pair / 2:.1f} a process)"),
        ("with the outbox drained, one process", f"{_rate([one], drained=True):.1f} cases/s"),
        ("with the outbox drained, two processes", f"{_rate(two, drained=True):.1f} cases/s"),
        ("outbox deliveries a case", f"{one.deliveries / n:.1f} in {one.drain_seconds / n * 1000:.0f} ms"),
        ("CPU a case, our process, operations", f"{one.cpu / n * 1000:.1f} ms ({n / one.cpu:.1f} cases a CPU second)"),
        ("CPU a case, PostgreSQL, with outbox and set-up", f"{cpu / (n + WARM_UP + 1) * 1000:.1f} ms"),
        ("queries a case", f"{one.queries} in the operations, {one.drain_queries} in the outbox"),
        ("SpiffWorkflow, state kept in memory", f"{oracle:.1f} cases/s; ours {alone / oracle:.2f} times that"),
        ("SpiffWorkflow, state read back", f"{oracle_reload:.1f} cases/s; ours {alone / oracle_reload:.2f} times that"),
        ("CPU a case, SpiffWorkflow kept in memory", f"{spent * 1000:.1f} ms in its process"),
        ("memory of a process", f"{one.rss_before:.0f} MiB before, {one.rss_after:.0f} after"),
        ("memory growth", f"{(one.rss_after - one.rss_before) / n * 1000:.1f} MiB per 1,000 cases"),
        ("database growth, with the firm", f"{grown / 1024:.0f} KiB a case"),
        ("Python, PostgreSQL, cores", f"{platform.python_version()}, {version and version[0]}, {os.cpu_count()}"),
    ]
    for name, value in rows:
        print(f"| {name} | {value} |")


def _rate(runs: list[Run], *, drained: bool = False) -> float:
    seconds = max(run.seconds for run in runs)
    if drained:
        seconds += max(run.drain_seconds for run in runs)
    return sum(run.cases for run in runs) / seconds


def _size(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(row[0]) if row else 0


if __name__ == "__main__":
    main()
