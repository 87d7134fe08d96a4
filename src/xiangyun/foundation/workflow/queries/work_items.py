"""Reads of work items: of a subject, and the queue of an official's desk."""

from collections.abc import Collection
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet

from xiangyun.foundation.access import api as access
from xiangyun.foundation.workflow.models import WorkItem
from xiangyun.foundation.workflow.queries.definitions import get_graph
from xiangyun.foundation.workflow.queries.refs import WorkItemRef
from xiangyun.kit.actors import Actor

# the process is joined for its version only
_NOT_SHOWN = ("opinion", "process__variables", "process__steps", "process__reason")


def work_item_ref(item: WorkItem, definition_id: int) -> WorkItemRef:
    """Return the value of a work item row; the outcomes come from the process's version."""
    return WorkItemRef(
        id=item.pk,
        process_id=item.process_id,
        subject_type=item.subject_type,
        subject_id=item.subject_id,
        node_id=item.node_id,
        name=item.name,
        act=item.act,
        role=item.role,
        other_role=item.other_role,
        assignee_id=item.assignee_id,
        number=item.number,
        element=item.element,
        state=item.state,
        region_path=item.region_path,
        department_path=item.department_path,
        opened_at=item.opened_at,
        due_at=item.due_at,
        outcomes=get_graph(definition_id).nodes[item.node_id].outcomes,
    )


def list_open_work_items(*, subject_type: str, subject_id: int) -> list[WorkItemRef]:
    """Return what waits for somebody about one subject, oldest first."""
    rows = WorkItem.objects.filter(subject_type=subject_type, subject_id=subject_id, state=WorkItem.State.OPEN)
    return _refs(rows.order_by("id"))


def list_work_for(
    *,
    actor: Actor,
    acts: Collection[str] | None = None,
    subject_type: str = "",
    after: int | None = None,
    limit: int = 50,
) -> list[WorkItemRef]:
    """Return what waits for this official by role and place, oldest first, from the item after id `after`."""
    rows = _desk_of(actor)
    if acts is not None:
        rows = rows.filter(act__in=acts)
    if subject_type:
        rows = rows.filter(subject_type=subject_type)
    if after is not None:
        rows = rows.filter(id__gt=after)
    return _refs(rows.order_by("id")[:limit])


def count_work_for(*, actor: Actor, subject_type: str = "") -> dict[str, int]:
    """Return how many items wait for this official, by act."""
    rows = _desk_of(actor)
    if subject_type:
        rows = rows.filter(subject_type=subject_type)
    return dict(rows.values_list("act").annotate(Count("id")).order_by("act"))


def _desk_of(actor: Actor) -> QuerySet[WorkItem]:
    rows = WorkItem.objects.filter(state=WorkItem.State.OPEN)
    if actor.is_system:
        return rows
    by_scope: dict[access.Scope, list[str]] = {}
    for role, scopes in access.list_role_scopes(actor).items():
        for scope in scopes:
            by_scope.setdefault(scope, []).append(role)
    conditions = [
        (Q(role__in=roles) | Q(other_role__in=roles)) & _inside(scope) & Q(assignee__isnull=True)
        for scope, roles in by_scope.items()
    ]
    return rows.filter(reduce(or_, conditions, Q(assignee_id=actor.user_id)))


def _inside(scope: access.Scope) -> Q:
    paths: dict[str, Any] = {}
    if scope.department_path:
        paths["department_path__startswith"] = scope.department_path
    if scope.region_path:
        paths["region_path__startswith"] = scope.region_path
    return Q(**paths)


def _refs(rows: QuerySet[WorkItem]) -> list[WorkItemRef]:
    return [
        work_item_ref(item, item.process.definition_id) for item in rows.select_related("process").defer(*_NOT_SHOWN)
    ]
