"""Wiring of calendars."""

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    """工作日·时限."""

    name = "xiangyun.foundation.calendars"
    label = "calendars"
    verbose_name = "工作日·时限"
    pack_files = [
        ("calendar.csv", "xiangyun.foundation.calendars.packs.load_calendar"),
        ("local_holidays.yaml", "xiangyun.foundation.calendars.packs.load_local_days"),
    ]
