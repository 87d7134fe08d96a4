"""Wiring of seals."""

from django.apps import AppConfig


class SealsConfig(AppConfig):
    """电子印章."""

    name = "xiangyun.service.seals"
    label = "seals"
    verbose_name = "电子印章"
    pack_files = [("demo/seals.yaml", "xiangyun.service.seals.packs.load_seals")]
