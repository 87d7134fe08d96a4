"""The environment: where the checkout and the data folder lie, and every setting, checked as it is read."""

import errno
import os
import tempfile
from collections.abc import Collection
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

CHECKOUT = Path(__file__).resolve().parents[2]
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"", "0", "false", "no", "off"}
_MOST = 65535


class StartError(RuntimeError):
    """What lies outside the code keeps it from running; the message says what to do, in Chinese and English."""


def read_env_file(path: Path = CHECKOUT / ".env") -> None:
    """Take `NAME=value` lines of a `.env` file into the environment; what is set already wins.

    Raises: StartError.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"无法读取 {path}：{error} / cannot be read (UTF-8 text is expected)") from None
    for line in lines:
        name, separator, value = line.strip().removeprefix("export ").partition("=")
        if separator and not name.startswith("#"):
            value = value.strip()
            if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
                value = value[1:-1]
            os.environ.setdefault(name.strip(), value)


def home() -> Path:
    """Return the data folder; a relative `XIANGYUN_HOME` counts from the checkout."""
    return (CHECKOUT / (os.environ.get("XIANGYUN_HOME") or "var")).resolve()


def prepare_home(folder: Path) -> None:
    """Make the data folder if there is none, and see that it can be written.

    Raises: StartError.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise StartError(
            f"数据目录 {folder} 无法写入（{error.strerror}）。请把它的所有者改为当前用户，或用 XIANGYUN_HOME 指定其他目录。\n"
            f"The data folder {folder} cannot be written ({error.strerror}). "
            "Give it to the present user, or name another by XIANGYUN_HOME."
        ) from None


def pack_folder() -> Path:
    """Return the folder of the province's content pack."""
    return (CHECKOUT / (os.environ.get("XIANGYUN_PACK") or "packs/jilin")).resolve()


def address() -> tuple[str, int]:
    """Return host and port of the web server."""
    return text("XIANGYUN_BIND", "127.0.0.1"), number("XIANGYUN_PORT", 8000, least=1)


def text(name: str, default: str = "") -> str:
    """Return a setting; an empty one counts as unset."""
    return os.environ.get(name) or default


def number(name: str, default: int, *, least: int = 0) -> int:
    """Return a setting that is a whole number up to 65535, the last port.

    Raises: StartError.
    """
    value = text(name, str(default))
    if not value.isdecimal() or not least <= int(value) <= _MOST:
        raise _wrong(name, value, f"应为 {least} 到 {_MOST} 的整数", f"must be a whole number from {least} to {_MOST}")
    return int(value)


def flag(name: str) -> bool:
    """Return a setting that is on (`1`, `true`, `yes`, `on`) or off.

    Raises: StartError.
    """
    value = text(name).lower()
    if value not in _TRUE | _FALSE:
        raise _wrong(name, value, "应为 1 或 0", "must be 1 or 0")
    return value in _TRUE


def choice(name: str, options: Collection[str]) -> str:
    """Return a setting that is one of the options, by default the first.

    Raises: StartError.
    """
    value = text(name, next(iter(options)))
    if value not in options:
        raise _wrong(name, value, f"应为 {'、'.join(options)} 之一", f"must be one of {', '.join(options)}")
    return value


def url(name: str, schemes: Collection[str], default: str = "") -> SplitResult:
    """Return a setting that is an address with one of the schemes, or an empty one.

    Raises: StartError; the value is not repeated: it may hold a password.
    """
    try:
        address = urlsplit(text(name, default))
        fits = not text(name) or (
            address.scheme in schemes and (address.hostname or address.path) and address.port != 0
        )
    except ValueError:
        fits = False
    if not fits:
        example = f"{next(iter(schemes))}://host:port/…"
        raise _wrong(name, "", f"应为 {example} 形式的地址", f"must be an address like {example}")
    return address


def key(name: str) -> bytes:
    """Return a setting that is a key of 32 bytes in hexadecimal digits, empty where it is not set.

    Raises: StartError.
    """
    try:
        value = bytes.fromhex(text(name))
    except ValueError:
        value = b"?"
    if len(value) not in (0, 32):
        raise _wrong(name, "", "应为 64 位十六进制数", "must be 64 hexadecimal digits")
    return value


def _wrong(name: str, value: str, chinese: str, english: str) -> StartError:
    shown = f"：{value!r}" if value else ""
    return StartError(f"设置 {name} 有误，{chinese} / {english}{shown}")


def names(name: str) -> list[str]:
    """Return a setting that is a list separated by commas or blanks."""
    return text(name).replace(",", " ").split()
