"""Loading a content pack: each file in one transaction, all mistakes with file and line, unchanged files skipped."""

import logging
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import psycopg
from django.db import DatabaseError, connection, transaction

from xiangyun.foundation.packs.errors import FileStopped, PackErrors, PackProblem
from xiangyun.foundation.packs.models import LoadedFile
from xiangyun.foundation.packs.queries.caches import clear_content_caches
from xiangyun.foundation.packs.queries.claims import Claim, PackPlan, list_loaded_digests, plan_pack
from xiangyun.foundation.packs.queries.files import PackFile
from xiangyun.kit.errors import DomainError

_log = logging.getLogger(__name__)
_LOCK = 0x7061636B  # "pack": two loads at a time take turns file by file


@dataclass(frozen=True, kw_only=True)
class FileReport:
    """One file by one loader: rows written and seconds taken; skipped when nothing had changed."""

    path: str
    loader: str
    rows: int
    seconds: float
    skipped: bool


@dataclass(kw_only=True)
class PackReport:
    """The outcome of a load or a check."""

    pack: str
    check: bool
    files: list[FileReport] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Rows written by all files."""
        return sum(file.rows for file in self.files)

    @property
    def seconds(self) -> float:
        """Time taken by all files."""
        return sum(file.seconds for file in self.files)

    def lines(self) -> list[str]:
        """Return the report as Chinese lines for a terminal."""
        lines = [
            f"{file.path}：未变化，跳过" if file.skipped else f"{file.path}：{file.rows}行，{file.seconds:.2f}秒"
            for file in self.files
        ]
        lines += [f"{name}：没有模块使用此文件" for name in self.unknown]
        verb = "检查通过（未写入）" if self.check else "加载完成"
        return [*lines, f"内容包 {self.pack} {verb}：共{self.rows}行，{self.seconds:.1f}秒"]


def load_pack(*, path: Path, demo: bool, check: bool, at: datetime) -> PackReport:
    """Load the pack in folder `path`, or with `check` only say what would be wrong.

    A load stops at the first file with mistakes: later files rest on it, earlier ones stay. A check goes through all
    files inside one transaction that is rolled back, so later files see what earlier ones would have written.

    Raises: PackErrors.
    """
    plan = plan_pack(path, demo=demo)
    report = PackReport(pack=plan.pack, check=check, unknown=plan.unknown)
    try:
        if check:
            _check_all(plan, report, path, demo, at)
        else:
            _load_all(plan, report, path, demo, at)
    finally:
        clear_content_caches()
    return report


def _load_all(plan: PackPlan, report: PackReport, root: Path, demo: bool, at: datetime) -> None:
    known = list_loaded_digests(plan.pack)
    for claim in plan.claims:
        if known.get((claim.name, claim.loader_path)) == claim.digest:
            report.files.append(_report(claim, 0, 0.0, skipped=True))
            continue
        file = PackFile(root=root, name=claim.name, at=at, demo=demo)
        _load_file(plan.pack, claim, file, report, check=False)
        if file.problems:
            raise PackErrors(sorted(file.problems))


def _check_all(plan: PackPlan, report: PackReport, root: Path, demo: bool, at: datetime) -> None:
    problems: list[PackProblem] = []
    with transaction.atomic():
        for claim in plan.claims:
            file = PackFile(root=root, name=claim.name, at=at, demo=demo)
            _load_file(plan.pack, claim, file, report, check=True)
            problems += sorted(file.problems)
        transaction.set_rollback(True)
    if problems:
        raise PackErrors(problems)


def _load_file(pack: str, claim: Claim, file: PackFile, report: PackReport, *, check: bool) -> None:
    started = time.perf_counter()
    rows = 0
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
            if not check and _was_loaded_meanwhile(pack, claim):
                report.files.append(_report(claim, 0, 0.0, skipped=True))
                return
            rows = claim.loader(file)
            file.stop_on_errors()
            connection.check_constraints()
            LoadedFile.objects.update_or_create(
                pack=pack,
                path=claim.name,
                loader=claim.loader_path,
                defaults={"digest": claim.digest, "rows": rows, "loaded_at": file.at},
            )
    except FileStopped:
        pass
    except DomainError as refusal:
        file.error(0, refusal.text)
    except (DatabaseError, psycopg.Error) as error:
        file.error(0, f"数据库拒绝写入：{str(error).strip().splitlines()[0]}")
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        # content of another shape than the loader expects (a list for a text); with a mistake already noted it follows
        # from that one, else somebody must look at the loader as well
        if not file.problems:
            _log.exception("loader %s failed on %s", claim.loader_path, claim.name)
            file.error(0, f"内容结构与预期不符，无法加载：{error!r}")
    clear_content_caches()
    report.files.append(_report(claim, 0 if file.problems else rows, time.perf_counter() - started, skipped=False))


def _was_loaded_meanwhile(pack: str, claim: Claim) -> bool:
    return LoadedFile.objects.filter(pack=pack, path=claim.name, loader=claim.loader_path, digest=claim.digest).exists()


def _report(claim: Claim, rows: int, seconds: float, *, skipped: bool) -> FileReport:
    return FileReport(path=claim.name, loader=claim.loader_path, rows=rows, seconds=seconds, skipped=skipped)
