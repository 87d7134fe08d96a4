"""The item library: catalog → guide → implementation → handling item, and the words by which it is found."""

from xiangyun.service.items.models.catalog import CatalogEntry, ItemStatus, MaterialStandard, Synonym, Theme
from xiangyun.service.items.models.guides import Guide, GuideMaterial
from xiangyun.service.items.models.implementations import HandlingItem, Implementation

__all__ = [
    "CatalogEntry",
    "Guide",
    "GuideMaterial",
    "HandlingItem",
    "Implementation",
    "ItemStatus",
    "MaterialStandard",
    "Synonym",
    "Theme",
]
