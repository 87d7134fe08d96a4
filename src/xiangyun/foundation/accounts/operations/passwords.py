"""A new password for somebody who forgot theirs, given in person by whoever saw the id card."""

from datetime import datetime

from xiangyun.foundation.accounts.errors import PersonNotFound
from xiangyun.foundation.accounts.models import User
from xiangyun.foundation.accounts.operations.people import check_password_rules
from xiangyun.foundation.accounts.operations.traces import record
from xiangyun.foundation.accounts.permissions import require_somewhere
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import NotAllowed
from xiangyun.kit.transactions import in_one_transaction


@in_one_transaction
def reset_password(*, actor: Actor, user_id: int, password: str, reason: str, at: datetime) -> None:
    """Set a password for another person: citizens by a window clerk, officials by a system administrator.

    Their open sessions end, because a session is bound to the password it was opened with.

    Raises: NotAllowed, PersonNotFound, ValidationError.
    """
    user = User.objects.select_for_update(of=("self",)).filter(pk=user_id, is_active=True).first()
    if user is None:
        raise PersonNotFound("没有找到可用的账号，请核对身份证号或用户名。")
    require_somewhere(actor, "accounts.manage_officials" if user.is_official else "accounts.create_person", at)
    if user.pk == actor.user_id:
        raise NotAllowed("自己的密码请在“我的账号”中修改。")
    check_password_rules(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    record(actor, "accounts.reset_password", user, {}, at, reason=reason, risk="high")
