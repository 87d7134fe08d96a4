"""Wiring of organisations."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """机构·岗位."""

    name = "xiangyun.foundation.organisations"
    label = "organisations"
    verbose_name = "机构·岗位"
    pack_files = [
        ("departments.yaml", "xiangyun.foundation.organisations.packs.load_departments", ["regions.csv"]),
    ]
    audited = {
        "create_post": "设立岗位",
        "appoint": "任职",
        "end_holding": "离任",
    }
