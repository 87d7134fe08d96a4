"""Publishing, suspending, restoring and cancelling one body's implementation."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from xiangyun.foundation.access import api as access
from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.events import api as events
from xiangyun.foundation.organisations import api as organisations
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import ValidationError
from xiangyun.kit.transactions import in_one_transaction
from xiangyun.service.items.errors import ItemNotFound, NotPublishable, WrongItemStatus
from xiangyun.service.items.events import ItemCancelled, ItemPublished, ItemSuspended
from xiangyun.service.items.models import Implementation
from xiangyun.service.items.queries.checks import list_problems
from xiangyun.service.items.queries.content import get_content
from xiangyun.service.items.queries.services import forget_lists

RIGHT = "items.publish_item"
Status = Implementation.Status


@in_one_transaction
def publish_implementation(*, actor: Actor, implementation_id: int, at: datetime) -> None:
    """Put a draft into force; the version that was in force until now becomes history.

    Raises: NotAllowed, WrongItemStatus, NotPublishable with every failed check.
    """
    row = _lock(actor, implementation_id)
    _require(row, Status.DRAFT)
    content = get_content(row.guide_id)
    problems = [p for p in list_problems(content, level=row.level, on=timezone.localdate(at)) if p.is_fatal]
    if problems:
        raise NotPublishable(problems=[{"field": p.field, "text": p.text} for p in problems])
    Implementation.objects.filter(task_code=row.task_code, status__in=[Status.PUBLISHED, Status.SUSPENDED]).update(
        status=Status.PAST
    )
    row.published_at = at
    _change(actor, row, Status.PUBLISHED, "items.publish_implementation", "", at)
    events.publish(ItemPublished(at=at, implementation_id=row.id, task_code=row.task_code, version=row.version))


@in_one_transaction
def suspend_implementation(*, actor: Actor, implementation_id: int, reason: str, at: datetime) -> None:
    """Stop new cases at one body; open ones go on.

    Raises: NotAllowed, WrongItemStatus, ValidationError without a reason.
    """
    row = _lock(actor, implementation_id)
    _require(row, Status.PUBLISHED)
    _change(actor, row, Status.SUSPENDED, "items.suspend_implementation", _reason(reason), at)
    events.publish(ItemSuspended(at=at, implementation_id=row.id, task_code=row.task_code, reason=reason))


@in_one_transaction
def restore_implementation(*, actor: Actor, implementation_id: int, reason: str, at: datetime) -> None:
    """Open a suspended implementation again.

    Raises: NotAllowed, WrongItemStatus, ValidationError without a reason.
    """
    row = _lock(actor, implementation_id)
    _require(row, Status.SUSPENDED)
    _change(actor, row, Status.PUBLISHED, "items.restore_implementation", _reason(reason), at)
    events.publish(ItemPublished(at=at, implementation_id=row.id, task_code=row.task_code, version=row.version))


@in_one_transaction
def cancel_implementation(*, actor: Actor, implementation_id: int, reason: str, at: datetime) -> None:
    """Take an implementation out of the library for good (立改废释: 废).

    Raises: NotAllowed, WrongItemStatus, ValidationError without a reason.
    """
    row = _lock(actor, implementation_id)
    _require(row, Status.PUBLISHED, Status.SUSPENDED)
    _change(actor, row, Status.CANCELLED, "items.cancel_implementation", _reason(reason), at)
    events.publish(ItemCancelled(at=at, implementation_id=row.id, task_code=row.task_code, reason=reason))


def _lock(actor: Actor, implementation_id: int) -> Implementation:
    row = Implementation.objects.select_for_update().filter(id=implementation_id).first()
    if row is None:
        raise ItemNotFound(implementation_id=implementation_id)
    department = organisations.get_department(id=row.department_id)
    access.require(actor, RIGHT, access.Scope.of(department))
    return row


def _require(row: Implementation, *wanted: str) -> None:
    if row.status not in wanted:
        raise WrongItemStatus(f"事项当前为“{row.get_status_display()}”，不能进行此操作。", status=row.status)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ValidationError("请填写理由。", reason="请填写理由。")
    return reason.strip()


def _change(actor: Actor, row: Implementation, status: str, action: str, reason: str, at: datetime) -> None:
    before = row.status
    row.status, row.status_reason = status, reason
    row.save(update_fields=["status", "status_reason", "published_at"])
    audit.record(
        actor=actor,
        action=action,
        subject_type="items.implementation",
        subject_id=row.id,
        label=row.task_code,
        details={"before": before, "after": status},
        reason=reason,
        at=at,
    )
    transaction.on_commit(forget_lists)
