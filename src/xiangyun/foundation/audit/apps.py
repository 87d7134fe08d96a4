"""Wiring of audit."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """审计."""

    name = "xiangyun.foundation.audit"
    label = "audit"
    verbose_name = "审计"
    audited = {
        "export_records": "导出审计记录",
    }
