"""Wiring of packs."""

from django.apps import AppConfig


class PacksConfig(AppConfig):
    """内容包."""

    name = "xiangyun.foundation.packs"
    label = "packs"
    verbose_name = "内容包"
    pack_files = [("pack.yaml", "xiangyun.foundation.packs.packs.load_pack_info")]
