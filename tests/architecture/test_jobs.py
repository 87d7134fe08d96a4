"""Nightly jobs run at night in Beijing: the job library reads cron expressions as UTC."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter
from procrastinate.contrib.django import app

BEIJING = ZoneInfo("Asia/Shanghai")
MIDNIGHT = datetime(2026, 3, 2, tzinfo=BEIJING).astimezone(UTC)
NIGHT = range(6)


@pytest.mark.parametrize("task", app.periodic_registry.periodic_tasks.values(), ids=lambda task: task.task.name)
def test_jobs_of_once_a_day_run_at_night(task):
    runs = croniter(task.cron, MIDNIGHT)
    first, second = runs.get_next(datetime), runs.get_next(datetime)
    if second - first >= timedelta(days=1):
        assert first.astimezone(BEIJING).hour in NIGHT
