"""Wiring of organisations."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """机构岗位."""

    name = "xiangyun.foundation.organisations"
    label = "organisations"
    verbose_name = "机构岗位"
