"""Storing guides: the same content stays the version it is, changed content becomes the next one."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from xiangyun.kit.guomi import sm3
from xiangyun.kit.transactions import in_one_transaction
from xiangyun.service.items.models import CatalogEntry, Guide, GuideMaterial
from xiangyun.service.items.queries.words import pinyin_of, search_vector


@in_one_transaction
def store_guide(
    *, catalog: CatalogEntry, facts: dict[str, Any], materials: Sequence[dict[str, Any]], at: datetime
) -> Guide:
    """Return the current guide with this content, making a new version where it differs from the last."""
    digest = sm3(json.dumps([facts, materials], ensure_ascii=False, sort_keys=True).encode()).hex()
    current = Guide.objects.filter(catalog=catalog, is_current=True).select_related("catalog").first()
    if current is not None and current.digest == digest:
        _index(current, materials)
        return current
    version = (
        Guide.objects.filter(catalog=catalog).order_by("-version").values_list("version", flat=True).first() or 0
    ) + 1
    Guide.objects.filter(catalog=catalog, is_current=True).update(is_current=False)
    guide = Guide.objects.create(catalog=catalog, version=version, digest=digest, loaded_at=at, **facts)
    GuideMaterial.objects.bulk_create([GuideMaterial(guide=guide, **material) for material in materials])
    _index(guide, materials)
    return guide


def _index(guide: Guide, materials: Sequence[dict[str, Any]]) -> None:
    """Write the words by which the guide is found; the catalog's names may have changed under the same guide."""
    handling = [entry["full_name"] for entry in guide.catalog.handling]
    titles = [guide.title, guide.catalog.name, *handling]
    vector = search_vector(
        titles=titles,
        words=[guide.result_name, guide.catalog.department.name],
        bodies=[
            *guide.accept_conditions,
            *(material["name"] for material in materials),
            *(entry["question"] for entry in guide.faq),
        ],
    )
    initials, full = pinyin_of([guide.title, guide.catalog.name])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE items_guide SET search = %s::tsvector, initials = %s, pinyin = %s WHERE id = %s",
            [vector, initials, full, guide.id],
        )
