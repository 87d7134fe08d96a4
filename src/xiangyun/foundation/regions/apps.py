"""Wiring of regions."""

from django.apps import AppConfig


class RegionsConfig(AppConfig):
    """行政区划."""

    name = "xiangyun.foundation.regions"
    label = "regions"
    verbose_name = "行政区划"
    pack_files = [("regions.csv", "xiangyun.foundation.regions.packs.load_regions", ["regions_history.csv"])]
