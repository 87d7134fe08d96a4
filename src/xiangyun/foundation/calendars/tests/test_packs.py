"""Loading the calendar and local days, and broken files."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from xiangyun.foundation.calendars import api
from xiangyun.foundation.calendars.models import CalendarDay, LocalDay
from xiangyun.foundation.packs.tests.factories import keep_loaders, load, problems
from xiangyun.foundation.regions.tests.factories import make_jilin

pytestmark = pytest.mark.django_db


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    keep_loaders(monkeypatch, "calendars")
    shutil.copy(settings.XIANGYUN_PACK / "pack.yaml", tmp_path)
    make_jilin()
    return tmp_path


def test_the_calendar_of_jilin(pack: Path) -> None:
    for name in ("calendar.csv", "local_holidays.yaml"):
        shutil.copy(settings.XIANGYUN_PACK / name, pack)
    assert load(pack).seconds < 3
    assert CalendarDay.objects.count() == 2191
    assert [api.count_workdays(after=date(year - 1, 12, 31), until=date(year, 12, 31)) for year in (2024, 2025)] == [
        251,
        248,
    ]
    local = LocalDay.objects.get()
    assert (local.region.name, local.month, local.day, local.year) == ("延边朝鲜族自治州", 9, 3, None)
    (pack / "calendar.csv").write_text((pack / "calendar.csv").read_text() + "# again\n")
    load(pack)
    assert CalendarDay.objects.count() == 2191


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("2021-01-04,1,workday,", "2021-01-04,1,work,"),
         "calendar.csv:9 类别“work”应为 workday、weekend、holiday 或 adjusted"),
        (("2021-01-04,1,workday,", "2021-01-04,0,workday,"), "calendar.csv:9 类别workday与 is_workday=0 不符"),
        (("2021-01-04,1,workday,", "2021-01-04,0,weekend,"), "calendar.csv:9 2021-01-04是星期一，类别weekend不符"),
        (("2021-01-04,1,workday,", "2021/1/4,1,workday,"),
         "calendar.csv:9 日期“2021/1/4”应写作 年-月-日，如 2026-09-03"),
        (("2021-01-04,1,workday,", ",1,workday,"), "calendar.csv:9 缺少日期"),
        (("2021-01-04,1,workday,", "2021-01-05,1,workday,"), "calendar.csv:10 日期2021-01-05重复"),
        (("2021-01-04,1,workday,\n", ""), "calendar.csv 2021年应有365天，实有364天"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_calendar_is_named(pack: Path, change: tuple[str, str], expected: str) -> None:
    text = (settings.XIANGYUN_PACK / "calendar.csv").read_text()
    (pack / "calendar.csv").write_text(text.replace(*change))
    assert problems(pack) == [expected]
    assert not CalendarDay.objects.exists()


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("region: '2299'\n  name: x\n  every_year: 09-03", "2 行政区划“2299”不存在"),
        ("region: '2224'\n  every_year: 09-03", "2 缺少：name"),
        ("region: '2224'\n  name: x", "2 every_year 和 on 应写且只写一个"),
        ("region: '2224'\n  name: x\n  every_year: 09-31", "4 “09-31”应写作 月-日，如 '09-03'"),
        ("region: '2224'\n  name: x\n  on: 09-03", "4 日期“09-03”应写作 年-月-日，如 2026-09-03"),
        ("region: '2224'\n  name: x\n  on: 2026-09-04\n  workday: 1", "5 workday 应为 true 或 false"),
        ("region: '2224'\n  name: x\n  on: 2026-09-04\n- region: '2224'\n  name: y\n  on: 2026-09-04", "5 与第2行重复"),
        ("region: '2224'\n  name: x\n  on: 2026-09-04\n  colour: red", "5 未知的键“colour”"),
    ],
)
def test_a_mistake_in_the_local_days_is_named(pack: Path, entry: str, expected: str) -> None:
    (pack / "local_holidays.yaml").write_text(f"local_holidays:\n- {entry}\n")
    assert problems(pack) == [f"local_holidays.yaml:{expected}"]
    assert not LocalDay.objects.exists()
