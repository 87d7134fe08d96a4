"""The catalogue of roles, written by the pack."""

from collections.abc import Sequence

from xiangyun.foundation.access.models import Role
from xiangyun.foundation.access.queries.held import forget_grants
from xiangyun.foundation.access.queries.roles import RoleInfo
from xiangyun.kit.transactions import in_one_transaction


@in_one_transaction
def replace_roles(*, roles: Sequence[RoleInfo]) -> int:
    """Make the catalogue equal to `roles`; a role that is gone keeps its row but gives no right any more."""
    for role in roles:
        Role.objects.update_or_create(
            code=role.code,
            defaults={
                "name": role.name,
                "duties": role.duties,
                "duty_group": role.duty_group,
                "rights": list(role.rights),
                "is_withdrawn": False,
            },
        )
    Role.objects.exclude(code__in=[role.code for role in roles]).update(is_withdrawn=True)
    forget_grants()
    return len(roles)
