"""The door of packs: loading a pack, and what a loader gets into its hands."""

from xiangyun.foundation.packs.errors import PackErrors, PackProblem
from xiangyun.foundation.packs.operations.loading import FileReport, PackReport, load_pack
from xiangyun.foundation.packs.queries.caches import ContentCache, clear_content_caches
from xiangyun.foundation.packs.queries.files import PackFile, Row
from xiangyun.foundation.packs.queries.loaded import PackInfo, find_pack
from xiangyun.foundation.packs.queries.nodes import YamlList, YamlMap, plain

__all__ = [
    "ContentCache",
    "FileReport",
    "PackErrors",
    "PackFile",
    "PackInfo",
    "PackProblem",
    "PackReport",
    "Row",
    "YamlList",
    "YamlMap",
    "clear_content_caches",
    "find_pack",
    "load_pack",
    "plain",
]
