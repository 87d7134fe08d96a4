"""Wiring of workflow."""

from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    """流程."""

    name = "xiangyun.foundation.workflow"
    label = "workflow"
    verbose_name = "流程"
    # decision tables first: a process that names one is checked against those loaded
    pack_files = [
        ("processes/*.json", "xiangyun.foundation.workflow.packs.load_decision_file"),
        ("processes/*.bpmn", "xiangyun.foundation.workflow.packs.load_process_file"),
    ]

    def ready(self) -> None:
        """Register the receiver that runs service tasks."""
        from xiangyun.foundation.workflow import receivers  # noqa: F401
