"""Wiring of events."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """事件·作业."""

    name = "xiangyun.foundation.events"
    label = "events"
    verbose_name = "事件与作业"
    audited = {
        "replay_delivery": "重新投递事件",
    }
