"""The official calendar and local days for tests."""

import csv
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings

from xiangyun.foundation.calendars.models import CalendarDay, LocalDay
from xiangyun.foundation.packs.api import clear_content_caches

if TYPE_CHECKING:
    from xiangyun.foundation.regions.models import Region

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(day: str, hour: int = 10, minute: int = 0) -> datetime:
    """Return a moment of the province's wall clock: `at("2026-11-03", 15)`."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), SHANGHAI).replace(hour=hour, minute=minute)


def read_official_days() -> dict[date, tuple[str, str]]:
    """Return {day: (kind, name)} of the pack's calendar."""
    with (settings.XIANGYUN_PACK / "calendar.csv").open(encoding="utf-8") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        return {date.fromisoformat(row["date"]): (row["kind"], row["name"]) for row in rows}


def make_calendar() -> None:
    """Write the official calendar of 2021 to 2026."""
    clear_content_caches()
    CalendarDay.objects.bulk_create(
        CalendarDay(day=day, kind=kind, name=name, is_workday=kind in ("workday", "adjusted"))
        for day, (kind, name) in read_official_days().items()
    )


def make_local_holiday(region: "Region", *, month: int, day: int, year: int | None = None) -> LocalDay:
    """Write a day off in one division."""
    clear_content_caches()
    return LocalDay.objects.create(region=region, name="地方假日", month=month, day=day, year=year)
