"""Wiring of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """统一身份认证."""

    name = "xiangyun.foundation.accounts"
    label = "accounts"
    verbose_name = "统一身份认证"
    pack_files = [
        ("demo/subjects.yaml", "xiangyun.foundation.accounts.packs.load_subjects"),
        ("demo/officials.yaml", "xiangyun.foundation.accounts.packs.load_officials"),
    ]
    menus = {
        "account": [
            ("我的账号", "user-circle", "accounts:me"),
            ("办事身份与授权", "users", "accounts:mandates"),
        ]
    }
