"""Wiring of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """统一身份认证."""

    name = "xiangyun.foundation.accounts"
    label = "accounts"
    verbose_name = "统一身份认证"
