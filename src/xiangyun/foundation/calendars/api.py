"""The door of calendars: working days and clocks."""

from xiangyun.foundation.calendars.operations import (
    extend_clock,
    pause_clock,
    refresh_due_days,
    resume_clock,
    start_clock,
    stop_clocks,
)
from xiangyun.foundation.calendars.queries.clocks import (
    ClockRef,
    list_clocks,
    read_clock,
    read_clocks_for,
)
from xiangyun.foundation.calendars.queries.readings import ClockReading, Span
from xiangyun.foundation.calendars.queries.workdays import (
    add_workdays,
    count_workdays,
    is_workday,
    list_years_without_notice,
)

__all__ = [
    "ClockReading",
    "ClockRef",
    "Span",
    "add_workdays",
    "count_workdays",
    "extend_clock",
    "is_workday",
    "list_clocks",
    "list_years_without_notice",
    "pause_clock",
    "read_clock",
    "read_clocks_for",
    "refresh_due_days",
    "resume_clock",
    "start_clock",
    "stop_clocks",
]
