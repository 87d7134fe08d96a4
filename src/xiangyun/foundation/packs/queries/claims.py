"""Which files a pack holds, and which loaders of which apps claim them."""

import hashlib
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from django.apps import apps
from django.utils.module_loading import import_string

from xiangyun.foundation.packs.errors import PackErrors, PackProblem
from xiangyun.foundation.packs.models import LoadedFile
from xiangyun.foundation.packs.queries.files import PackFile
from xiangyun.foundation.packs.queries.nodes import YamlMap, YamlProblem, parse_yaml

Loader = Callable[[PackFile], int]
DEMO_FOLDER = "demo/"
_ALWAYS_IGNORED = ("README*", "SOURCES*", "LICENSE*", "CHANGELOG*")


@dataclass(frozen=True)
class Claim:
    """One file for one loader. `digest` covers the file, the files it depends on, and the loader's own code."""

    name: str
    loader_path: str
    loader: Loader
    digest: str


@dataclass(frozen=True)
class PackPlan:
    """What is to be loaded, in order, and files that nobody claims."""

    pack: str
    claims: list[Claim]
    unknown: list[str]


def plan_pack(root: Path, *, demo: bool) -> PackPlan:
    """Match the files below `root` with the `pack_files` of every installed app, in the order of INSTALLED_APPS.

    Raises: PackErrors when the folder holds no readable `pack.yaml`.
    """
    info = _read_info(root)
    names = _list_names(root)
    wanted = [name for name in names if demo or not name.startswith(DEMO_FOLDER)]
    digests = _Digests(root)
    claims: list[Claim] = []
    claimed: set[str] = set()
    for pattern, loader_path, depends in _declarations():
        claimed.update(name for other in (pattern, *depends) for name in names if fnmatchcase(name, other))
        loader = import_string(loader_path)
        matches = [name for name in wanted if fnmatchcase(name, pattern)]
        for name in matches:
            others = [other for other in names if other != name and any(fnmatchcase(other, glob) for glob in depends)]
            claims.append(Claim(name, loader_path, loader, digests.combine(loader, [name, *others], demo=demo)))
    ignored = (*_ALWAYS_IGNORED, *info.get("ignore", []))
    unknown = [name for name in names if name not in claimed and not any(fnmatchcase(name, glob) for glob in ignored)]
    return PackPlan(str(info["name"]), claims, unknown)


def list_loaded_digests(pack: str) -> dict[tuple[str, str], str]:
    """Return {(path, loader): digest} of what was loaded before."""
    rows = LoadedFile.objects.filter(pack=pack).values_list("path", "loader", "digest")
    return {(path, loader): digest for path, loader, digest in rows}


def _declarations() -> Iterable[tuple[str, str, tuple[str, ...]]]:
    for config in apps.get_app_configs():
        for entry in getattr(config, "pack_files", []):
            yield entry[0], entry[1], tuple(entry[2]) if len(entry) > 2 else ()


def _list_names(root: Path) -> list[str]:
    found = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return sorted(path.as_posix() for path in found if not any(part.startswith(".") for part in path.parts))


def _read_info(root: Path) -> dict[str, Any]:
    path = root / "pack.yaml"
    if not path.is_file():
        raise PackErrors([PackProblem("pack.yaml", 0, f"“{root}”不是内容包：没有 pack.yaml")])
    try:
        info = parse_yaml(path.read_text("utf-8-sig"))
    except YamlProblem as problem:
        raise PackErrors([PackProblem("pack.yaml", problem.line, problem.reason)]) from problem
    except UnicodeDecodeError as error:
        raise PackErrors([PackProblem("pack.yaml", 0, "不是 UTF-8 编码的文字，请另存为 UTF-8")]) from error
    if not isinstance(info, YamlMap) or not info.get("name"):
        raise PackErrors([PackProblem("pack.yaml", 1, "缺少：name")])
    if not isinstance(info.get("ignore", []), list):
        raise PackErrors([PackProblem("pack.yaml", info.line_of("ignore"), "“ignore”应为列表")])
    return info


def _sources(loader: Loader) -> list[Path]:
    """Return the files that make up a loader: its module, or all modules where an app's `packs` is a folder."""
    source = Path(inspect.getsourcefile(inspect.unwrap(loader)) or "")
    is_folder = source.parent.name == "packs" and not (source.parent / "apps.py").exists()
    return sorted(source.parent.glob("*.py")) if is_folder else [source]


class _Digests:
    """SHA-256 of files and loader modules, each read once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[Path, bytes] = {}

    def combine(self, loader: Loader, names: list[str], *, demo: bool) -> str:
        parts = [
            *(self._of(source) for source in _sources(loader)),
            *(name.encode() + self._of(self._root / name) for name in names),
        ]
        if names[0] == "pack.yaml":  # the only file that keeps whether the demo part is in
            parts.append(str(demo).encode())
        return hashlib.sha256(b"\n".join(parts)).hexdigest()

    def _of(self, path: Path) -> bytes:
        if path not in self._known:
            self._known[path] = hashlib.sha256(path.read_bytes()).digest()
        return self._known[path]
