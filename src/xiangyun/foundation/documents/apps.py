"""Wiring of documents."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """文书."""

    name = "xiangyun.foundation.documents"
    label = "documents"
    verbose_name = "文书"
    pack_files = [("papers.yaml", "xiangyun.foundation.documents.packs.load_papers", ["papers/*.typ"])]
