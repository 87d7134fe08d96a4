"""Wiring of cases."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """办件."""

    name = "xiangyun.service.cases"
    label = "cases"
    verbose_name = "办件"
    pack_files = [("demo/cases.yaml", "xiangyun.service.cases.packs.load_demo_cases")]

    def ready(self) -> None:
        """Register the process handlers and the reactions to lower apps' events."""
        from xiangyun.service.cases import receivers  # noqa: F401
