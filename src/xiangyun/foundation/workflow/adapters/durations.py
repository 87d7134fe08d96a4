"""ISO 8601 durations (GB/T 7408) of timer events."""

import calendar
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

_PATTERN = re.compile(
    r"P(?=.)(?:(?P<years>\d{1,5})Y)?(?:(?P<months>\d{1,5})M)?(?:(?P<weeks>\d{1,5})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?=.)(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,5})M)?(?:(?P<seconds>\d{1,5})S)?)?"
)


@dataclass(frozen=True, slots=True)
class Duration:
    """Months and days by the calendar, the rest by the clock."""

    months: int = 0
    days: int = 0
    seconds: int = 0

    def after(self, moment: datetime) -> datetime:
        """Return the moment this much later; the 31st goes to the last day of a shorter month."""
        index = moment.year * 12 + moment.month - 1 + self.months
        year, month = divmod(index, 12)
        day = min(moment.day, calendar.monthrange(year, month + 1)[1])
        return moment.replace(year=year, month=month + 1, day=day) + timedelta(days=self.days, seconds=self.seconds)


def parse_duration(text: str) -> Duration | None:
    """Return the duration, None where the text is none."""
    match = _PATTERN.fullmatch(text.strip())
    if match is None:
        return None
    part = {name: int(value) for name, value in match.groupdict(default="0").items()}
    if part["years"] > 100:
        return None
    return Duration(
        months=part["years"] * 12 + part["months"],
        days=part["weeks"] * 7 + part["days"],
        seconds=part["hours"] * 3600 + part["minutes"] * 60 + part["seconds"],
    )
