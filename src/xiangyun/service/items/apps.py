"""Wiring of items."""

from django.apps import AppConfig


class ItemsConfig(AppConfig):
    """政务服务事项."""

    name = "xiangyun.service.items"
    label = "items"
    verbose_name = "政务服务事项"
    pack_files = [
        ("themes.yaml", "xiangyun.service.items.packs.words.load_themes"),
        ("synonyms.yaml", "xiangyun.service.items.packs.words.load_synonyms"),
        ("items.yaml", "xiangyun.service.items.packs.catalog.load_catalog", ["departments.yaml", "themes.yaml"]),
        (
            "guides.yaml",
            "xiangyun.service.items.packs.guides.load_guides",
            ["guide_settings.yaml", "prefill.yaml", "items.yaml", "departments.yaml", "elements.yaml", "powers.yaml"],
        ),
    ]
    audited = {
        "publish_implementation": "发布实施清单",
        "suspend_implementation": "暂停实施清单",
        "restore_implementation": "恢复实施清单",
        "cancel_implementation": "取消实施清单",
    }
