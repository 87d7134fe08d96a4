"""Wiring of standards."""

from django.apps import AppConfig


class StandardsConfig(AppConfig):
    """数据元·数据标准."""

    name = "xiangyun.data.standards"
    label = "standards"
    verbose_name = "数据元·数据标准"
    pack_files = [
        ("code_tables.yaml", "xiangyun.data.standards.packs.load_code_tables"),
        ("elements.yaml", "xiangyun.data.standards.packs.load_elements", ["code_tables.yaml", "departments.yaml"]),
    ]
