"""Putting a guide into force at all bodies that carry it out, set by set: a province has a hundred thousand of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from xiangyun.foundation.events import api as events
from xiangyun.kit.codes import make_task_code
from xiangyun.kit.transactions import in_one_transaction
from xiangyun.service.items.events import GuidePublished
from xiangyun.service.items.models import Guide, Implementation

Status = Implementation.Status

_HANDLING = """
INSERT INTO items_handlingitem (implementation_id, code, serial, key, name, full_name, kind)
SELECT task.id, task.task_code || kind.serial, kind.serial, kind.id, kind.name, kind.full_name, kind.kind
FROM items_implementation task
JOIN items_catalogentry catalog ON catalog.id = task.catalog_id
CROSS JOIN LATERAL jsonb_to_recordset(catalog.handling)
    AS kind(id text, serial text, name text, full_name text, kind text)
WHERE task.id = ANY(%s)
"""


@dataclass(frozen=True, kw_only=True)
class Body:
    """A department that carries an item out, with its local facts."""

    department_id: int
    uscc: str
    level: str
    region_id: int
    address: str
    phone: str
    hours: str
    window: str


@in_one_transaction
def roll_out_guide(*, guide: Guide, bodies: Iterable[Body], at: datetime) -> int:
    """Publish the guide at exactly these bodies; return how many implementations are new or changed.

    A body that has this guide in force is left as it is, with its own address and hours; one that has an older guide
    gets the next version with its local facts kept; one that is no longer named is cancelled.

    Raises: ValidationError for a wrong code.
    """
    code = guide.catalog.catalog_code
    wanted = {make_task_code(b.uscc, b.level, code): b for b in bodies}
    in_force = {
        row.task_code: row
        for row in Implementation.objects.filter(
            catalog_id=guide.catalog_id, status__in=[Status.PUBLISHED, Status.SUSPENDED]
        )
    }
    gone = [row.id for task_code, row in in_force.items() if task_code not in wanted]
    Implementation.objects.filter(id__in=gone).update(status=Status.CANCELLED, status_reason="实施主体不再办理")
    changed = [
        task_code for task_code in wanted if task_code not in in_force or in_force[task_code].guide_id != guide.id
    ]
    replaced = [in_force[task_code].id for task_code in changed if task_code in in_force]
    Implementation.objects.filter(id__in=replaced).update(status=Status.PAST)
    versions = _last_versions(guide.catalog_id)
    rows = Implementation.objects.bulk_create(
        [_row(guide, t, wanted[t], in_force.get(t), versions.get(t, 0) + 1, at) for t in changed], batch_size=5000
    )
    with connection.cursor() as cursor:
        cursor.execute(_HANDLING, [[row.id for row in rows]])
    if rows:
        events.publish(
            GuidePublished(at=at, guide_id=guide.id, catalog_code=code, version=guide.version, bodies=len(rows))
        )
    return len(rows)


@in_one_transaction
def withdraw_other_guides(*, kept: Iterable[int]) -> None:
    """Take out of force every guide whose catalog entry is not among `kept`, with its implementations."""
    gone = Guide.objects.filter(is_current=True).exclude(catalog_id__in=list(kept))
    in_force = Implementation.objects.filter(status__in=[Status.PUBLISHED, Status.SUSPENDED], guide__in=gone)
    in_force.update(status=Status.CANCELLED, status_reason="事项已退出事项库")
    gone.update(is_current=False)


def _row(
    guide: Guide, task_code: str, body: Body, before: Implementation | None, version: int, at: datetime
) -> Implementation:
    local = before or body
    return Implementation(
        task_code=task_code,
        version=version,
        catalog_id=guide.catalog_id,
        guide_id=guide.id,
        department_id=body.department_id,
        region_id=body.region_id,
        level=body.level,
        status=before.status if before else Status.PUBLISHED,
        status_reason=before.status_reason if before else "",
        address=local.address,
        phone=local.phone,
        hours=local.hours,
        window=local.window,
        published_at=at,
    )


def _last_versions(catalog_id: int) -> dict[str, int]:
    rows = Implementation.objects.filter(catalog_id=catalog_id).order_by("version").values_list("task_code", "version")
    return dict(rows)
