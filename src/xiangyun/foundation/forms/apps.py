"""Wiring of forms."""

from django.apps import AppConfig


class FormsConfig(AppConfig):
    """表单."""

    name = "xiangyun.foundation.forms"
    label = "forms"
    verbose_name = "表单"
    audited = {
        "submit_form": "提交表单",
    }
