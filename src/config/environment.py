"""The environment: where the checkout and the data folder lie, and the few settings read before Django starts."""

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
_TRUE = {"1", "true", "yes", "on"}


def read_env_file(path: Path = CHECKOUT / ".env") -> None:
    """Take `NAME=value` lines of a `.env` file into the environment; what is set already wins."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return
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


def pack_folder() -> Path:
    """Return the folder of the province's content pack."""
    return (CHECKOUT / (os.environ.get("XIANGYUN_PACK") or "packs/jilin")).resolve()


def text(name: str, default: str = "") -> str:
    """Return a setting; an empty one counts as unset."""
    return os.environ.get(name) or default


def number(name: str, default: int) -> int:
    """Return a setting that is a whole number.

    Raises: SystemExit, saying which setting is wrong.
    """
    try:
        return int(text(name, str(default)))
    except ValueError:
        raise SystemExit(f"{name} 应为整数 / must be a whole number: {os.environ[name]!r}") from None


def flag(name: str, *, default: bool = False) -> bool:
    """Return a setting that is on (`1`, `true`, `yes`, `on`) or off."""
    value = os.environ.get(name) or ""
    return value.lower() in _TRUE if value else default


def names(name: str) -> list[str]:
    """Return a setting that is a list separated by commas or blanks."""
    return text(name).replace(",", " ").split()
