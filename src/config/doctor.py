"""`xiangyun doctor`: what is wrong with this installation, and for each finding how it is mended."""

import shutil
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from config import environment, keys, supervisor
from xiangyun.foundation.events import api as events
from xiangyun.foundation.packs import api as packs
from xiangyun.kit import fonts


@dataclass(frozen=True)
class Finding:
    """One checked thing; `mend` is empty where nothing is to be done."""

    is_good: bool
    text: str
    mend: str = ""


def examine() -> Iterator[Finding]:
    """Check everything that stops or endangers the system, the database last."""
    yield check_python(sys.version_info[:2])
    yield check_fonts(fonts.FONT_FOLDER)
    yield check_space(settings.HOME, shutil.disk_usage(settings.HOME).free)
    yield check_port(environment.text("XIANGYUN_BIND", "127.0.0.1"), environment.number("XIANGYUN_PORT", 8000))
    yield check_keys(settings.HOME)
    try:
        with connection.cursor() as cursor:
            cursor.execute("show server_version")
            version = cursor.fetchone()[0]
    except DatabaseError as error:
        text = str(error).strip().splitlines()[0]
        yield Finding(
            False, f"数据库无法连接：{text}", "确认 DATABASE_URL 正确、数据库已启动；内置数据库请执行 make run"
        )
        return
    yield Finding(True, f"数据库可用（PostgreSQL {version}）")
    migrations = check_migrations()
    yield migrations
    if migrations.is_good:
        yield check_pack()
        yield check_deliveries(events.count_dead())


def check_python(version: tuple[int, int]) -> Finding:
    """The code needs Python 3.11."""
    text = f"Python {version[0]}.{version[1]}"
    return (
        Finding(True, text)
        if version >= (3, 11)
        else Finding(False, text, "安装 Python 3.11 或更高版本后执行 make run")
    )


def check_fonts(folder: Path) -> Finding:
    """Papers are drawn with the fonts of the installation only."""
    wanted = (fonts.SERIF, fonts.SERIF_BOLD, fonts.SANS, fonts.SANS_BOLD, *fonts.RARE)
    missing = [path.name for path in wanted if not (folder / path.name).is_file()]
    if missing:
        return Finding(
            False, f"缺少字体：{'、'.join(missing)}", "重新检出代码（git checkout -- src/xiangyun/kit/fonts）"
        )
    return Finding(True, "文书字体齐全（含生僻字）")


def check_space(home: Path, free: int) -> Finding:
    """A full disk stops the database."""
    text = f"数据目录 {home} 可用空间 {free // 1024 // 1024} MB"
    if free < supervisor.NEEDED_SPACE:
        return Finding(False, text, "清理磁盘，或停机后把数据目录移到更大的磁盘并设置 XIANGYUN_HOME")
    return Finding(True, text)


def check_port(host: str, port: int) -> Finding:
    """Another program on our port stops the web server; our own server there is as it should be."""
    if supervisor.is_running(settings.HOME):
        return Finding(True, f"系统正在运行，端口 {port}")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return Finding(
                False, f"端口 {port} 不可用：{error.strerror}", "停止占用该端口的程序，或设置 XIANGYUN_PORT 换一个端口"
            )
    return Finding(True, f"端口 {port} 空闲")


def check_keys(home: Path) -> Finding:
    """Keys that others may read are no secrets."""
    paths = [home / keys.FOLDER / name for name in keys.ALL if (home / keys.FOLDER / name).exists()]
    open_paths = [str(path) for path in [home / keys.FOLDER, *paths] if path.exists() and path.stat().st_mode & 0o077]
    if open_paths:
        quoted = " ".join(f'"{path}"' for path in open_paths)
        return Finding(False, f"密钥可被其他用户读取：{'、'.join(open_paths)}", f"chmod go-rwx {quoted}")
    return Finding(True, f"密钥 {len(paths)} 个，权限正确")


def check_migrations() -> Finding:
    """Code and tables belong together."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        return Finding(False, f"有 {len(plan)} 个数据库变更未执行，如 {plan[0][0]}", "xiangyun migrate")
    return Finding(True, "数据库结构是最新的")


def check_pack() -> Finding:
    """Without content there are no regions, departments and items."""
    pack = packs.find_pack()
    if pack is None:
        return Finding(False, "尚未加载内容包", f'xiangyun pack load "{settings.XIANGYUN_PACK}"')
    return Finding(True, f"内容包 {pack.title} {pack.version}{'，含演示数据' if pack.is_demo else ''}")


def check_deliveries(dead: int) -> Finding:
    """An event that a receiver failed on six times waits for a person."""
    if dead:
        mend = "查看：xiangyun manage events；排除原因后重放：xiangyun manage events --replay <编号>"
        return Finding(False, f"有 {dead} 个事件处理失败", mend)
    return Finding(True, "没有处理失败的事件")
