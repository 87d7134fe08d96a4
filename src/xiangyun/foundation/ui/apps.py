"""Wiring of the interface components."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """界面组件."""

    name = "xiangyun.foundation.ui"
    label = "ui"
    verbose_name = "界面组件"
