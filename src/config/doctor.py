"""`xiangyun doctor`: what is wrong with this installation, and for each finding how it is mended."""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http.request import validate_host
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateWorker

from config import environment, keys, preparation, supervisor
from xiangyun.foundation.calendars import api as calendars
from xiangyun.foundation.events import api as events
from xiangyun.foundation.files import api as files
from xiangyun.foundation.packs import api as packs
from xiangyun.kit import fonts
from xiangyun.service.seals import api as seals

_SILENCE = timedelta(minutes=1)  # of a worker, whose heart beats every ten seconds
_BACKLOG = timedelta(minutes=10)
_SOON = timedelta(days=30)
_NEXT_YEAR_KNOWN = timedelta(days=45)  # the notice of a year comes out in the November before


@dataclass(frozen=True)
class Finding:
    """One checked thing: good, or bad with what mends it; good with something to be done is a hint."""

    is_good: bool
    text: str
    mend: str = ""

    @property
    def mark(self) -> str:
        """The sign at the beginning of its line."""
        return "✗" if not self.is_good else "!" if self.mend else "✓"


def examine() -> Iterator[Finding]:
    """Check everything that stops or endangers the system, the database last."""
    now = timezone.now()
    yield check_python(sys.version_info[:2])
    yield check_fonts(fonts.FONT_FOLDER)
    yield check_space(settings.HOME, shutil.disk_usage(settings.HOME).free)
    yield check_port(*environment.address())
    yield check_keys(settings.HOME)
    yield check_files()
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
        pack = packs.find_pack()
        yield check_pack(pack)
        yield check_address(is_demo=pack is not None and pack.is_demo)
        if pack is not None and not pack.is_demo:
            yield check_messages()
        yield check_master_key()
        yield check_worker(now)
        yield check_deliveries(events.count_dead(), events.count_pending(at=now - _BACKLOG))
        yield check_seals(now)
        yield check_calendar(now)


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
    if reason := supervisor.port_problem(host, port):
        mend = "停止占用该端口的程序，或设置 XIANGYUN_PORT 换一个端口；检查 XIANGYUN_BIND"
        return Finding(False, f"{host} 的端口 {port} 不可用：{reason}", mend)
    return Finding(True, f"端口 {port} 空闲")


def check_keys(home: Path) -> Finding:
    """Keys that others may read are no secrets."""
    paths = [home / keys.FOLDER / name for name in keys.ALL if (home / keys.FOLDER / name).exists()]
    open_paths = [str(path) for path in [home / keys.FOLDER, *paths] if path.exists() and path.stat().st_mode & 0o077]
    if open_paths:
        quoted = " ".join(f'"{path}"' for path in open_paths)
        return Finding(False, f"密钥可被其他用户读取：{'、'.join(open_paths)}", f"chmod go-rwx {quoted}")
    return Finding(True, f"密钥 {len(paths)} 个，权限正确")


def check_files() -> Finding:
    """Without the store of files nothing can be uploaded, sealed or issued."""
    try:
        files.try_store()
    except Exception as error:  # each kind of store has errors of its own
        mend = f"检查 {settings.MEDIA_ROOT} 的所有者和权限，或对象存储的 XIANGYUN_S3_* 设置"
        return Finding(False, f"附件存储无法写入：{error}", mend)
    return Finding(True, "附件存储可以写入")


def check_address(*, is_demo: bool) -> Finding:
    """What visitors and QR codes use must lead to us, over TLS, and visitors must be told apart."""
    url = settings.XIANGYUN_PUBLIC_URL
    host = urlsplit(url).hostname or ""
    is_local, has_tls = host in ("localhost", "127.0.0.1", "::1"), environment.flag("XIANGYUN_TLS")
    if not validate_host(host, [name.strip("[]") for name in settings.ALLOWED_HOSTS]):
        return Finding(False, f"对外地址 {url} 的域名不被接受，访问会得到 400", f"设置 XIANGYUN_HOSTS={host}")
    if has_tls and not settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        mend = "设置 XIANGYUN_PROXIES 为代理层数（通常为 1），并由代理写入 X-Forwarded-For"
        return Finding(False, "经代理访问但 XIANGYUN_PROXIES=0：所有访问者共用一个地址，登录限次会误伤", mend)
    if is_demo and not is_local:
        return Finding(
            True, f"对外地址 {url} 上有演示账号，密码是公开的", "正式运行请另设空的 XIANGYUN_HOME，不装演示数据"
        )
    if is_local and not is_demo:
        return Finding(
            True, f"对外地址为 {url}，二维码只在本机有效", "正式运行请设置 XIANGYUN_PUBLIC_URL 和 XIANGYUN_HOSTS"
        )
    if not is_local and not has_tls:
        return Finding(True, f"对外地址 {url} 未启用 TLS，密码会明文传输", "在前面设 TLS 代理并设置 XIANGYUN_TLS=1")
    return Finding(True, f"对外地址 {url}")


def check_messages() -> Finding:
    """Messages that only go into files reach nobody."""
    missing = ["短信 XIANGYUN_SMS_GATEWAY"] if settings.XIANGYUN_SMS["gateway"] != "http" else []
    missing += ["邮件 XIANGYUN_SMTP_URL"] if settings.XIANGYUN_EMAIL == "file" else []
    if missing:
        return Finding(True, f"{'、'.join(missing)} 未设置，只写入数据目录", "按 .env.example 设置网关")
    return Finding(True, "短信和邮件已接通网关")


def check_migrations() -> Finding:
    """Code and tables belong together."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        return Finding(False, f"有 {len(plan)} 个数据库变更未执行，如 {plan[0][0]}", "xiangyun migrate")
    return Finding(True, "数据库结构是最新的")


def check_pack(pack: packs.PackInfo | None) -> Finding:
    """Without content there are no regions, departments and items."""
    if pack is None:
        return Finding(False, "尚未加载内容包", f'xiangyun pack load "{settings.XIANGYUN_PACK}"')
    return Finding(True, f"内容包 {pack.title} {pack.version}{'，含演示数据' if pack.is_demo else ''}")


def check_master_key() -> Finding:
    """With another installation's key nothing personal can be read."""
    if column := preparation.find_unreadable_column():
        mend = f"把原来的 {keys.MASTER_KEY} 放回 {settings.HOME / keys.FOLDER}，或设置原来的 XIANGYUN_MASTER_KEY"
        return Finding(False, f"主密钥与数据库不符：{column} 无法解密", mend)
    return Finding(True, "主密钥与数据库相符")


def check_worker(now: datetime) -> Finding:
    """Without a worker no message leaves, no deadline fires."""
    if ProcrastinateWorker.objects.filter(last_heartbeat__gt=now - _SILENCE).exists():
        return Finding(True, "后台作业正在运行")
    if (settings.HOME / "postgres").exists() and not supervisor.is_running(settings.HOME):
        return Finding(True, "系统未启动，后台作业未运行")
    mend = f"执行 xiangyun serve 或 xiangyun worker；反复退出时查看 {settings.HOME / 'logs' / 'worker.log'}"
    return Finding(False, "没有后台作业在运行：消息不会发出，时限不会触发", mend)


def check_seals(now: datetime) -> Finding:
    """After its end a seal cannot be used and no decision can be issued."""
    ends = seals.list_expiring(before=now + _SOON)
    if not ends:
        return Finding(True, "印章和证书均在有效期内")
    name, end = ends[0]
    text = f"{len(ends)} 个印章或证书已到期或 30 天内到期，最早 {name} {timezone.localdate(end)}"
    return Finding(
        end > now, text, "印章由印章管理员注销后重新制作；认证机构证书到期须重新建立信任链，见 docs/operations.md"
    )


def check_calendar(now: datetime) -> Finding:
    """Without the notice of a year only weekends count as days off, and deadlines are wrong around holidays."""
    today = timezone.localdate(now)
    missing = calendars.list_years_without_notice(since=today, until=today + _NEXT_YEAR_KNOWN)
    if missing:
        mend = "按国务院办公厅通知补全内容包的 calendar.csv，再执行 xiangyun pack load"
        return Finding(
            today.year not in missing, f"{'、'.join(map(str, missing))} 年没有节假日安排，时限暂按周末计算", mend
        )
    return Finding(True, "工作日历完整")


def check_deliveries(dead: int, late: int) -> Finding:
    """An event that a receiver failed on six times waits for a person."""
    if late:
        return Finding(False, f"有 {late} 个事件积压超过 10 分钟", "确认后台作业在运行；不够快时增大 XIANGYUN_JOBS")
    if dead:
        mend = "查看：xiangyun manage events；排除原因后重放：xiangyun manage events --replay <编号>"
        return Finding(False, f"有 {dead} 个事件处理失败", mend)
    return Finding(True, "没有处理失败的事件")
