"""Giving a role and taking it back, under 三员分立."""

from datetime import date, datetime

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone

from xiangyun.foundation.access import permissions
from xiangyun.foundation.access.errors import AlreadyGranted, DutiesConflict, GrantNotFound, SelfGrant, UnknownRole
from xiangyun.foundation.access.events import RoleGranted, RoleRevoked
from xiangyun.foundation.access.models import Role, RoleGrant
from xiangyun.foundation.access.queries.grants import scope_of_row
from xiangyun.foundation.access.queries.held import forget_grants
from xiangyun.foundation.access.queries.scopes import subtree
from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.events import api as events
from xiangyun.foundation.organisations import api as organisations
from xiangyun.foundation.regions import api as regions
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import NotFound, ValidationError
from xiangyun.kit.transactions import in_one_transaction

RIGHT = "access.grant_role"


@in_one_transaction
def grant_role(
    *,
    actor: Actor,
    user_id: int,
    role: str,
    region_code: str,
    at: datetime,
    department_key: str | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    reason: str = "",
) -> int:
    """Give a role on a subtree of divisions, within one department's line or (None) all; return the id of the grant.

    The person's row is locked, so that two grants at once cannot both pass the rule of exclusion.

    Raises: NotAllowed, SelfGrant, UnknownRole, AlreadyGranted, DutiesConflict, NotFound, ValidationError.
    """
    region = regions.get_region(code=region_code)
    department = organisations.get_department(key=department_key) if department_key else None
    permissions.require(actor, RIGHT, subtree(region, department), at)
    if actor.user_id == user_id:
        raise SelfGrant
    since = valid_from or timezone.localdate(at)
    if valid_to is not None and valid_to < since:
        raise ValidationError(valid_to="失效日期不能早于生效日期，请重新填写")
    found = _find_role(role)
    user = get_user_model().objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound("没有找到被授权的人员，请重新选择。", user_id=user_id)
    grant = RoleGrant(
        user=user,
        role=found,
        region_id=region.id,
        department_id=department.id if department else None,
        valid_from=since,
        valid_to=valid_to,
        granted_by_id=actor.user_id,
        granted_at=at,
        reason=reason,
    )
    _refuse_overlap(grant)
    grant.save(force_insert=True)
    forget_grants()
    _announce(actor, "access.grant_role", grant, reason, at)
    events.publish(RoleGranted(grant_id=grant.pk, user_id=user_id, role=role, at=at))
    return grant.pk


def _find_role(code: str) -> Role:
    role = Role.objects.filter(code=code, is_withdrawn=False).first()
    if role is None:
        raise UnknownRole(role=code)
    return role


def _refuse_overlap(grant: RoleGrant) -> None:
    role = grant.role
    held = RoleGrant.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=grant.valid_from), user_id=grant.user_id, revoked_at__isnull=True
    )
    if grant.valid_to is not None:
        held = held.filter(valid_from__lte=grant.valid_to)
    if held.exclude(role__duty_group=role.duty_group).exists():
        raise DutiesConflict(role=role.code)
    if role.duty_group != Role.DutyGroup.BUSINESS and held.exclude(role=role).exists():
        raise DutiesConflict(role=role.code)
    place = Q(region_id=grant.region_id, department_id=grant.department_id)
    if held.filter(place, role=role).exists():
        raise AlreadyGranted(role=role.code)


@in_one_transaction
def revoke_role(*, actor: Actor, grant_id: int, reason: str, at: datetime) -> None:
    """Take a grant back from this moment on.

    Raises: NotAllowed, GrantNotFound, SelfGrant.
    """
    grant = (
        RoleGrant.objects.select_for_update(of=("self",))
        .select_related("role", "region", "department", "user")
        .filter(pk=grant_id, revoked_at__isnull=True)
        .first()
    )
    if grant is None:
        raise GrantNotFound(grant_id=grant_id)
    permissions.require(actor, RIGHT, scope_of_row(grant), at)
    if actor.user_id == grant.user_id:
        raise SelfGrant("不能变更自己的授权，请由另一位安全保密管理员办理。")
    grant.revoked_at, grant.revoked_by_id = at, actor.user_id
    grant.save(update_fields=["revoked_at", "revoked_by"])
    forget_grants()
    _announce(actor, "access.revoke_role", grant, reason, at)
    events.publish(RoleRevoked(grant_id=grant.pk, user_id=grant.user_id, role=grant.role.code, at=at))


def _announce(actor: Actor, action: str, grant: RoleGrant, reason: str, at: datetime) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject_type="accounts.user",
        subject_id=grant.user_id,
        label=str(grant.user),
        details={"role": grant.role.code, "region_id": grant.region_id, "department_id": grant.department_id},
        reason=reason,
        risk="high",
        at=at,
    )
