"""What the bodies in an official's scope carry out, whatever its state: for those who prepare and publish items."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from xiangyun.foundation.access import api as access
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import NotAllowed
from xiangyun.service.items.models import Implementation

RIGHTS = ("items.manage_item", "items.publish_item")


@dataclass(frozen=True, kw_only=True)
class ImplementationRow:
    """One item of one body, and the guide it goes by."""

    id: int
    title: str
    task_code: str
    version: int
    department_name: str
    status: str
    status_name: str
    reason: str
    published_at: datetime | None
    guide_version: int
    is_guide_current: bool


def list_implementations_in_scope(
    *, actor: Actor, text: str = "", status: str = "", after: int | None = None, limit: int = 50
) -> list[ImplementationRow]:
    """List the items of the bodies where the actor prepares or publishes items, the latest first.

    `text` is a 实施编码, or the beginning of the name of an item or a body; `after` is the last id before.

    Raises: NotAllowed for an actor without any such body.
    """
    scopes = [scope for right in RIGHTS for scope in access.list_scopes(actor, right)]
    if not scopes:
        raise NotAllowed(right=RIGHTS[0])
    rows = Implementation.objects.filter(access.filter_for(scopes, "region__path", "department__path"))
    if status:
        rows = rows.filter(status=status)
    if text:
        named = Q(guide__title__startswith=text) | Q(department__name__startswith=text)
        rows = rows.filter(Q(task_code=text) | named)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return [_row(row) for row in rows.select_related("guide", "department").order_by("-pk")[:limit]]


def _row(row: Implementation) -> ImplementationRow:
    return ImplementationRow(
        id=row.pk,
        title=row.guide.title,
        task_code=row.task_code,
        version=row.version,
        department_name=row.department.name,
        status=row.status,
        status_name=row.get_status_display(),
        reason=row.status_reason,
        published_at=row.published_at,
        guide_version=row.guide.version,
        is_guide_current=row.guide.is_current,
    )
