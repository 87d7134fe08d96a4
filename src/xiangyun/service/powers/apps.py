"""Wiring of powers."""

from django.apps import AppConfig


class PowersConfig(AppConfig):
    """权责清单."""

    name = "xiangyun.service.powers"
    label = "powers"
    verbose_name = "权责清单"
    pack_files = [("items.yaml", "xiangyun.service.powers.packs.load_powers", ["powers.yaml", "departments.yaml"])]
