"""Accounts of officials: opened and closed by a system administrator, never by themselves."""

from datetime import datetime

from django.utils import timezone

from xiangyun.foundation.accounts.errors import PersonNotFound
from xiangyun.foundation.accounts.events import OfficialCreated
from xiangyun.foundation.accounts.models import User
from xiangyun.foundation.accounts.operations.people import check_username, new_user
from xiangyun.foundation.accounts.operations.traces import record
from xiangyun.foundation.accounts.permissions import require_somewhere
from xiangyun.foundation.events import api as events
from xiangyun.kit.actors import Actor
from xiangyun.kit.codes import check_citizen_id, check_mobile
from xiangyun.kit.errors import Conflict, NotAllowed
from xiangyun.kit.transactions import in_one_transaction


@in_one_transaction
def create_official(
    *,
    actor: Actor,
    username: str,
    real_name: str,
    at: datetime,
    password: str | None = None,
    citizen_id: str | None = None,
    mobile: str | None = None,
) -> int:
    """Open an official's account; roles are given apart from it by somebody else (三员分立).

    Raises: NotAllowed, ValidationError, AlreadyRegistered.
    """
    require_somewhere(actor, "accounts.manage_officials", at)
    user = new_user(
        username=check_username(username),
        real_name=real_name,
        password=password,
        citizen_id=check_citizen_id(citizen_id, on=timezone.localdate(at)) if citizen_id else None,
        mobile=check_mobile(mobile) if mobile else None,
        at=at,
        is_official=True,
        real_name_level=User.RealNameLevel.NAME_AND_ID if citizen_id else User.RealNameLevel.NONE,
    )
    record(actor, "accounts.create_official", user, {}, at, risk="high")
    events.publish(OfficialCreated(user_id=user.pk, at=at))
    return user.pk


@in_one_transaction
def close_official(*, actor: Actor, user_id: int, reason: str, at: datetime) -> None:
    """Disable an official's account at once (离岗即停用); sessions end with the next request.

    Raises: NotAllowed, PersonNotFound, Conflict.
    """
    require_somewhere(actor, "accounts.manage_officials", at)
    user = User.objects.select_for_update().filter(pk=user_id, is_official=True).first()
    if user is None:
        raise PersonNotFound("没有找到该工作人员账号，请核对用户名。", user_id=user_id)
    if user.pk == actor.user_id:
        raise NotAllowed("不能停用自己的账号，请由另一位系统管理员办理。")
    if not user.is_active:
        raise Conflict("该账号已经停用，无需再次操作。")
    user.is_active = False
    user.save(update_fields=["is_active"])
    record(actor, "accounts.close_official", user, {}, at, reason=reason, risk="high")
