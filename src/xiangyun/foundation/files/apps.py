"""Wiring of files."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """附件."""

    name = "xiangyun.foundation.files"
    label = "files"
    verbose_name = "附件"
    audited = {
        "store_file": "上传附件",
        "discard_file": "删除附件",
    }
