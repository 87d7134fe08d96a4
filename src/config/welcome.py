"""The short table that `xiangyun serve` prints when pages are served: addresses, demo accounts, how to stop."""

import sys
from pathlib import Path

import yaml

from config import environment


def show(port: int, home: Path, pack: Path) -> None:
    """Print the table."""
    root = f"http://localhost:{port}"
    lines = [
        "",
        "  祥云已启动 / Xiangyun is running",
        "",
        f"  吉事办 Citizens' hall    {root}/",
        f"  工作台 Officials' desk   {root}/desk/",
        f"  证照核验 Verify          {root}/verify/",
        f"  接口 REST API            {root}/api/v1/openapi.json",
        "",
    ]
    if environment.flag("XIANGYUN_DEMO"):
        lines += _accounts(pack / "demo" / "accounts.yaml")
    lines += [f"  数据 data: {home}    日志 logs: {home / 'logs'}", "  停止 stop: Ctrl-C", ""]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _accounts(path: Path) -> list[str]:
    """Return a line for each demo account that the pack's file names."""
    if not path.exists():
        return []
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    lines = ["  演示账号 Demo accounts", ""]
    for account in content["accounts"]:
        lines.append(f"    {account['username']:<22}{account['password']:<18}{account['note']}")
    return [*lines, ""]
