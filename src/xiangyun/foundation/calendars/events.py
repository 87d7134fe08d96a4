"""Facts that calendars announces."""

from dataclasses import dataclass
from datetime import date

from xiangyun.foundation.events.api import Event


@dataclass(frozen=True, kw_only=True)
class DueDayMoved(Event):
    """A new calendar (a year's holiday notice, a local holiday) has moved the due day of an open clock."""

    clock_id: int
    kind: str
    subject_type: str
    subject_id: str
    due_on: date
