"""When timers fire and steps are due: durations by the clock, limits in working days by the calendar of the place."""

from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from xiangyun.foundation.calendars import api as calendars
from xiangyun.foundation.workflow.adapters.durations import Duration, parse_duration
from xiangyun.foundation.workflow.adapters.elements import parse_moment
from xiangyun.foundation.workflow.adapters.graph import Node
from xiangyun.foundation.workflow.errors import ProcessStuck
from xiangyun.kit.expressions import ExpressionError


def due_of_limit(limit: int | None, *, at: datetime, region_path: str) -> datetime | None:
    """Return the end of the last working day of a step's limit; the day it arrives is day 0."""
    return None if limit is None else _end_of_workday(limit, at, region_path) - timedelta(seconds=1)


def due_of_timer(node: Node, *, context: dict[str, Any], at: datetime, region_path: str) -> datetime:
    """Return the moment at which a timer event fires.

    Raises: ProcessStuck where the expression gives neither a duration nor a moment.
    """
    spec = node.timer
    assert spec is not None
    moment, duration = spec.moment, spec.duration
    if spec.expression is not None:
        try:
            found = str(spec.expression.evaluate(context))
        except ExpressionError as error:
            raise ProcessStuck(f"定时事件“{node.name or node.id}”不能计算：{error.text}", node=node.id) from error
        moment = parse_moment(found) if spec.is_moment else None
        duration = None if spec.is_moment else parse_duration(found)
        if moment is None and duration is None:
            raise ProcessStuck(f"定时事件“{node.name or node.id}”的值“{found}”不是时长或时刻。", node=node.id)
    if moment is not None:
        return moment
    assert duration is not None
    return _end_of_workday(duration.days, at, region_path) if spec.in_workdays else _after(duration, at)


def _after(duration: Duration, at: datetime) -> datetime:
    # months are counted by the local date, so that a month after 31 January local time is 28 February local time
    return duration.after(timezone.localtime(at))


def _end_of_workday(days: int, at: datetime, region_path: str) -> datetime:
    day = calendars.add_workdays(day=timezone.localdate(at), n=days, region_path=region_path)
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
