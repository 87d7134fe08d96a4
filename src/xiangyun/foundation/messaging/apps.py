"""Wiring of messaging."""

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    """消息."""

    name = "xiangyun.foundation.messaging"
    label = "messaging"
    verbose_name = "消息"
    pack_files = [("messages.yaml", "xiangyun.foundation.messaging.packs.load_messages")]

    def ready(self) -> None:
        """Let queued dispatches be sent."""
        from xiangyun.foundation.messaging import receivers  # noqa: F401
