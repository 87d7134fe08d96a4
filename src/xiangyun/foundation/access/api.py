"""Door of access: check a right, list what an actor may reach, give and take roles."""

from xiangyun.foundation.access.operations.grants import grant_role, revoke_role
from xiangyun.foundation.access.permissions import can, holds_role, require
from xiangyun.foundation.access.queries.grants import Grant, GrantRow, GrantState, list_grants, list_grants_in_scope
from xiangyun.foundation.access.queries.held import list_rights, list_role_scopes, list_scopes, remember_grants
from xiangyun.foundation.access.queries.roles import RoleInfo, list_roles
from xiangyun.foundation.access.queries.scopes import EVERYWHERE, Scope, filter_for, scope_of

__all__ = [
    "EVERYWHERE",
    "Grant",
    "GrantRow",
    "GrantState",
    "RoleInfo",
    "Scope",
    "can",
    "filter_for",
    "grant_role",
    "holds_role",
    "list_grants",
    "list_grants_in_scope",
    "list_rights",
    "list_role_scopes",
    "list_roles",
    "list_scopes",
    "remember_grants",
    "require",
    "revoke_role",
    "scope_of",
]
