"""The catalogue of roles."""

from dataclasses import dataclass

from xiangyun.foundation.access.models import Role


@dataclass(frozen=True, kw_only=True)
class RoleInfo:
    """A role of the catalogue."""

    code: str
    name: str
    duties: str
    duty_group: str
    rights: tuple[str, ...]


def list_roles() -> list[RoleInfo]:
    """Return the catalogue of roles in use, by code."""
    return [_role_info(role) for role in Role.objects.filter(is_withdrawn=False).order_by("code")]


def _role_info(role: Role) -> RoleInfo:
    return RoleInfo(
        code=role.code, name=role.name, duties=role.duties, duty_group=role.duty_group, rights=tuple(role.rights)
    )
