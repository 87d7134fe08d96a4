"""The loaders of calendar.csv (国务院办公厅节假日安排) and local_holidays.yaml."""

from collections import Counter
from datetime import date

from xiangyun.foundation.calendars.models import CalendarDay, LocalDay
from xiangyun.foundation.calendars.operations import refresh_due_days
from xiangyun.foundation.packs.api import PackFile, Row, YamlMap, clear_content_caches
from xiangyun.foundation.regions import api as regions

_LEAP_YEAR = 2024
_WEEKEND_KINDS = {CalendarDay.Kind.WEEKEND, CalendarDay.Kind.ADJUSTED}
_OFF_KINDS = {CalendarDay.Kind.WEEKEND, CalendarDay.Kind.HOLIDAY}


def load_calendar(file: PackFile) -> int:
    """Write whole years; days that are no longer listed are removed, and open clocks get their due days anew."""
    days: dict[date, CalendarDay] = {}
    for row in file.read_csv(columns=["date", "is_workday", "kind", "name"]):
        day = file.date_of(row["date"], row.line)
        if day is None:
            if not row["date"]:
                file.error(row.line, "缺少日期")
        elif day in days:
            file.error(row.line, f"日期{day}重复")
        elif _check_kind(file, row, day):
            days[day] = CalendarDay(day=day, is_workday=row["is_workday"] == "1", kind=row["kind"], name=row["name"])
    file.stop_on_errors()
    _check_years(file, days)
    file.stop_on_errors()
    CalendarDay.objects.exclude(day__in=days).delete()
    CalendarDay.objects.bulk_create(
        days.values(), update_conflicts=True, unique_fields=["day"], update_fields=["is_workday", "kind", "name"]
    )
    clear_content_caches()
    refresh_due_days(at=file.at)
    return len(days)


def _check_kind(file: PackFile, row: Row, day: date) -> bool:
    kind, before = row["kind"], len(file.problems)
    if kind not in CalendarDay.Kind.values:
        file.error(row.line, f"类别“{kind}”应为 workday、weekend、holiday 或 adjusted")
    elif row["is_workday"] != ("0" if kind in _OFF_KINDS else "1"):
        file.error(row.line, f"类别{kind}与 is_workday={row['is_workday']} 不符")
    elif kind != CalendarDay.Kind.HOLIDAY and (day.weekday() >= 5) != (kind in _WEEKEND_KINDS):
        file.error(row.line, f"{day}是星期{'一二三四五六日'[day.weekday()]}，类别{kind}不符")
    return len(file.problems) == before


def _check_years(file: PackFile, days: dict[date, CalendarDay]) -> None:
    for year, count in Counter(day.year for day in days).items():
        whole = (date(year + 1, 1, 1) - date(year, 1, 1)).days
        if count != whole:
            file.error(0, f"{year}年应有{whole}天，实有{count}天")


def load_local_days(file: PackFile) -> int:
    """Write the days off or on of single divisions; what is no longer listed is removed."""
    found: list[LocalDay] = []
    seen: dict[tuple[int, int | None, int, int], int] = {}
    for entry in file.read_entries("local_holidays"):
        local = _read_local(file, entry)
        if local is None:
            continue
        key = (local.region_id, local.year, local.month, local.day)
        if key in seen:
            file.error(entry.line, f"与第{seen[key]}行重复")
        seen[key] = entry.line
        found.append(local)
    file.stop_on_errors()
    LocalDay.objects.all().delete()
    LocalDay.objects.bulk_create(found)
    clear_content_caches()
    refresh_due_days(at=file.at)
    return len(found)


def _read_local(file: PackFile, entry: YamlMap) -> LocalDay | None:
    if not file.check_keys(entry, required=["region", "name"], optional=["every_year", "on", "workday", "basis"]):
        return None
    if not file.check_texts(entry, "region", "name", "every_year", "on", "basis"):
        return None
    region = regions.find_region(code=str(entry["region"]))
    if region is None:
        file.error(entry.line_of("region"), f"行政区划“{entry['region']}”不存在")
    if ("every_year" in entry) == ("on" in entry):
        file.error(entry.line, "every_year 和 on 应写且只写一个")
        return None
    if not isinstance(entry.get("workday", False), bool):
        file.error(entry.line_of("workday"), "workday 应为 true 或 false")
    if "on" in entry:
        day = file.date_of(entry["on"] or "-", entry.line_of("on"))
    else:
        day = _yearly_day(file, entry)
    if region is None or day is None:
        return None
    return LocalDay(
        region_id=region.id,
        name=entry["name"],
        month=day.month,
        day=day.day,
        year=day.year if "on" in entry else None,
        is_workday=entry.get("workday", False),
        basis=entry.get("basis") or "",
    )


def _yearly_day(file: PackFile, entry: YamlMap) -> date | None:
    try:
        return date.fromisoformat(f"{_LEAP_YEAR}-{entry['every_year']}")
    except ValueError:
        file.error(entry.line_of("every_year"), f"“{entry['every_year']}”应写作 月-日，如 '09-03'")
        return None
