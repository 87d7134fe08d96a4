"""Refusals of access."""

from xiangyun.kit.errors import Conflict, DomainError, NotFound


class UnknownRole(NotFound):
    """No role of that code is in the pack."""

    code = "access.unknown_role"
    message = "没有这个角色，请从角色目录中选择。"


class GrantNotFound(NotFound):
    """No such grant, or it was taken back before."""

    code = "access.grant_not_found"
    message = "没有找到这项授权，可能已被收回，请刷新后查看。"


class AlreadyGranted(Conflict):
    """The same role on the same subtree is in force in that period."""

    code = "access.already_granted"
    message = "该人员在此范围内已有这个角色，无需重复授权。"


class DutiesConflict(DomainError):
    """The person holds a role of another duty group (三员分立)."""

    code = "access.duties_conflict"
    message = "系统管理员、安全保密管理员、审计管理员与业务角色不能由同一人担任，请另选人员。"
    status = 409


class SelfGrant(DomainError):
    """Nobody gives a role to themselves."""

    code = "access.self_grant"
    message = "不能给自己授权，请由另一位安全保密管理员办理。"
    status = 403
