"""The loaded pack."""

from dataclasses import dataclass
from datetime import datetime

from xiangyun.foundation.packs.models import Pack
from xiangyun.foundation.packs.queries.caches import ContentCache


@dataclass(frozen=True, kw_only=True)
class PackInfo:
    """What `pack.yaml` says; `demo_banner` is empty where no demo data is loaded."""

    name: str
    title: str
    version: str
    province_code: str
    demo_banner: str
    is_demo: bool
    loaded_at: datetime


_cache: ContentCache[str, PackInfo | None] = ContentCache()


def find_pack() -> PackInfo | None:
    """Return the pack loaded last, or None on an empty system."""
    return _cache.get("", _read_pack)


def _read_pack() -> PackInfo | None:
    row = Pack.objects.order_by("-loaded_at", "-id").first()
    if row is None:
        return None
    return PackInfo(
        name=row.name,
        title=row.title,
        version=row.version,
        province_code=row.province_code,
        demo_banner=row.demo_banner if row.is_demo else "",
        is_demo=row.is_demo,
        loaded_at=row.loaded_at,
    )
