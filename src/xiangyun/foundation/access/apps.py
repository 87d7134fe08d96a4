"""Wiring of access."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """权限."""

    name = "xiangyun.foundation.access"
    label = "access"
    verbose_name = "权限"
    pack_files = [("roles.yaml", "xiangyun.foundation.access.packs.load_roles")]
    audited = {
        "grant_role": "授予角色",
        "revoke_role": "收回角色",
    }
