"""Who may do a work item: the person it was given to, or a holder of one of its roles on its place."""

from xiangyun.foundation.access import api as access
from xiangyun.foundation.workflow.errors import NotACandidate
from xiangyun.foundation.workflow.models import WorkItem
from xiangyun.kit.actors import Actor

APPLICANT = "applicant"
VIEW = "workflow.view_process"


def require_candidate(actor: Actor, item: WorkItem) -> None:
    """Refuse unless the actor may do the item.

    Items of the applicant's lane are let through: who the applicant is, only the operation of the field above knows.

    Raises: NotACandidate.
    """
    if actor.is_system:
        return
    if item.assignee_id is not None:
        if item.assignee_id != actor.user_id:
            raise NotACandidate("该事项已指定由他人办理，请刷新待办列表。", work_item_id=item.pk)
        return
    if APPLICANT in (item.role, item.other_role):
        return
    scope = access.Scope(item.region_path, item.department_path)
    roles = [item.role, item.other_role] if item.other_role else [item.role]
    if not any(access.holds_role(actor, role, scope) for role in roles):
        raise NotACandidate(work_item_id=item.pk, roles=roles)


def require_view(actor: Actor, region_path: str, department_path: str) -> None:
    """Refuse unless the actor may look at processes on this place.

    Raises: NotAllowed.
    """
    access.require(actor, VIEW, access.Scope(region_path, department_path))
