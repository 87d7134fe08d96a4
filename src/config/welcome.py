"""The short table that `xiangyun serve` prints when pages are served: addresses, demo accounts, how to stop."""

import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from config import environment

_LEVELS = ("省", "市", "县", "乡", "村")


def show(host: str, port: int, home: Path, pack: Path) -> None:
    """Print the table."""
    is_local = host in ("127.0.0.1", "0.0.0.0", "::", "::1")  # noqa: S104
    root = f"http://{'localhost' if is_local else host}:{port}"
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
    if environment.flag("XIANGYUN_DEMO") and (pack / "demo" / "officials.yaml").exists():
        lines += [*_citizens(_read(pack / "demo" / "subjects.yaml")), *_officials(pack), ""]
    lines += [f"  数据 data: {home}    日志 logs: {home / 'logs'}", "  停止 stop: Ctrl-C", ""]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _citizens(content: dict[str, Any]) -> Iterator[str]:
    """Name four accounts: any person, the oldest, who represents the first firm, who acts for it by mandate."""
    persons = {person["id"]: person for person in content["persons"]}
    able = [key for key, person in persons.items() if person.get("login", True) and person.get("account", True)]
    oldest = min(able, key=lambda key: str(persons[key]["birth_date"]))
    wanted = [able[0], oldest, content["firms"][0]["legal_rep"], content["mandates"][0]["person"]]
    yield f"  演示账号 Demo accounts（密码 password：{content['password']}）"
    for key in dict.fromkeys(wanted):
        yield f"    {_pad(persons[key]['username'], 18)}{persons[key]['name']} {persons[key]['description']}"


def _officials(pack: Path) -> Iterator[str]:
    """Name for each role the first official of each level."""
    officials = _read(pack / "demo" / "officials.yaml")["officials"]
    for role in _read(pack / "roles.yaml")["roles"]:
        by_level: dict[str, str] = {}
        for official in officials:
            for grant in official["grants"]:
                if grant["role"] == role["code"]:
                    by_level.setdefault(_level(str(grant["region"])), official["username"])
        if by_level:
            yield f"    {_pad(role['name'], 18)}" + "  ".join(f"{level} {name}" for level, name in by_level.items())


def _level(region: str) -> str:
    lengths = (2, 4, 6, 9, 12)
    return next(level for level, n in zip(_LEVELS, lengths, strict=True) if not region[n:].strip("0"))


def _pad(text: str, width: int) -> str:
    """Fill up to a width in terminal columns, of which a Chinese character takes two."""
    taken = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(1, width - taken)


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content
