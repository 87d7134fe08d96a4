"""What a clock says: numbers, sentences that explain them, and stretches to draw it to scale."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from xiangyun.foundation.calendars.models import Clock
from xiangyun.foundation.calendars.queries.arithmetic import (
    Amount,
    Measure,
    PauseMeasure,
    Track,
    local_day,
    measure,
    state_of,
)
from xiangyun.foundation.calendars.queries.workdays import WorkCalendar

SPAN_LABELS = {"used": "已用", "paused": "暂停", "left": "剩余", "overdue": "超期"}


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stretch of the drawing: its kind (used, paused, left, overdue), days, and share of the whole (0 to 1)."""

    kind: str
    label: str
    since: date
    until: date
    share: float


@dataclass(frozen=True, kw_only=True)
class ClockReading:
    """A clock at a moment. `used` + `left` = `limit`; `due_on` of a paused clock assumes that work goes on today.

    A clock of months is read in days, of which it has as many as its months have.
    """

    id: int
    kind: str
    name: str
    unit: str
    unit_name: str
    limit: int
    used: Amount
    left: Amount
    started_on: date
    due_on: date
    due_at: datetime | None
    stopped_on: date | None
    state: str
    is_overdue: bool
    is_provisional: bool
    basis: str
    explanation: list[str]
    spans: list[Span]

    @property
    def summary(self) -> str:
        """The last word of the explanation: what is left, or by how much it is late."""
        return self.explanation[-1]


def make_reading(clock: Clock, track: Track, at: datetime, calendar: WorkCalendar) -> ClockReading:
    """Measure the track and put it into words."""
    track = track.as_of(max(at, track.started_at))
    measured = measure(track, at, calendar)
    state = state_of(track)
    is_provisional = state != Clock.State.STOPPED and _is_provisional(track, measured, calendar)
    return ClockReading(
        id=clock.id,
        kind=clock.kind,
        name=clock.name,
        unit=track.unit,
        unit_name=Clock.Unit(track.unit).label,
        limit=measured.limit,
        used=measured.used,
        left=measured.left,
        started_on=local_day(track.started_at),
        due_on=measured.due_on,
        due_at=measured.due_at,
        stopped_on=local_day(track.stopped_at) if track.stopped_at else None,
        state=state,
        is_overdue=measured.left < 0,
        is_provisional=is_provisional,
        basis=clock.basis,
        explanation=_explain(clock, track, measured, state, is_provisional),
        spans=_draw(measured),
    )


def _is_provisional(track: Track, measured: Measure, calendar: WorkCalendar) -> bool:
    if track.unit == "hour":
        return False
    return not all(calendar.has_notice(year) for year in range(measured.first.year, measured.due_on.year + 1))


def _explain(clock: Clock, track: Track, measured: Measure, state: str, is_provisional: bool) -> list[str]:
    unit = str(Clock.Unit(track.unit).label)
    words = _Words(track.started_at, unit)
    sentences = [words.start(clock, track)]
    sentences += [words.pause(pause) for pause in measured.pauses]
    sentences += [
        f"经{extension.approver}批准延长{extension.extra}{unit}"
        + (f"，原因：{extension.reason}" if extension.reason else "")
        for extension in track.extensions
    ]
    if measured.shifted_from:
        sentences.append(f"期满日{words.day(measured.shifted_from)}为休息日，顺延至{words.day(measured.due_on)}")
    if is_provisional:
        sentences.append("部分年份的放假安排尚未公布，暂按双休日推算，到期日可能变动")
    sentences.append(words.end(measured, state))
    return sentences


class _Words:
    """Sentences of one clock; the year is written only where it is not that of the start."""

    def __init__(self, started_at: datetime, unit: str) -> None:
        self._year, self._unit = local_day(started_at).year, unit

    def day(self, day: date) -> str:
        return f"{day.month}月{day.day}日" if day.year == self._year else f"{day.year}年{day.month}月{day.day}日"

    def start(self, clock: Clock, track: Track) -> str:
        name, limit = clock.name, f"{clock.limit}{clock.get_unit_display()}"
        since = local_day(track.started_at)
        if track.unit == "hour":
            return f"{name}{limit}，自{since.year}年{self.day(since)}起算"
        if track.limit == 0:
            return f"{name}为当日办结，自{since.year}年{self.day(since)}起算"
        whole = f"，共{track.limit}日" if clock.unit == Clock.Unit.MONTH else ""
        return f"{name}{limit}，自{since.year}年{self.day(since)}起算（当日不计）{whole}"

    def pause(self, measured: PauseMeasure) -> str:
        pause, since, until = measured.pause, measured.since, measured.until
        if pause.until is None:
            taken = f"，已扣除{measured.amount}{self._unit}" if measured.amount else ""
            return f"因{pause.reason}自{self.day(local_day(pause.since))}起暂停计时{taken}"
        if since is None or until is None or not measured.amount:
            return f"因{pause.reason}暂停不足1{self._unit}，不扣除（{self.day(local_day(pause.since))}）"
        days = self.day(since) if since == until else f"{self.day(since)}至{self.day(until)}"
        return f"因{pause.reason}暂停{measured.amount}{self._unit}（{days}）"

    def end(self, measured: Measure, state: str) -> str:
        due, unit = self.day(measured.due_on), self._unit
        late = f"超期{-measured.left}{unit}"
        if state == Clock.State.STOPPED:
            done = f"{self.day(measured.today)}停止计时，共用{measured.used}{unit}"
            return f"{done}，{late}（应于{due}前办结）" if measured.left < 0 else done
        if measured.left < 0:
            return f"已{late}（应于{due}前办结）"
        if state == Clock.State.PAUSED:
            return f"已用{measured.used}{unit}，计时暂停中，恢复后还剩{measured.left}{unit}"
        if measured.due_on == measured.today:
            return f"已用{measured.used}{unit}，今日到期"
        if measured.due_on < measured.today:
            return f"已用{measured.used}{unit}，时限于{due}届满，休息日不计，下一个工作日起算超期"
        return f"已用{measured.used}{unit}，还剩{measured.left}{unit}，{due}到期"


def _draw(measured: Measure) -> list[Span]:
    """Cut the days from the start to the due day (or today, if late) into stretches of one kind."""
    first = measured.first + timedelta(days=1)
    last = max(measured.due_on, measured.today if measured.left < 0 else first, first)
    paused = [(pause.since, pause.until) for pause in measured.pauses if pause.since and pause.until]
    edges = {first, last + timedelta(days=1), measured.today + timedelta(days=1), measured.due_on + timedelta(days=1)}
    for since, until in paused:
        edges |= {since, until + timedelta(days=1)}
    cuts = sorted(edge for edge in edges if first <= edge <= last + timedelta(days=1))
    whole = (last - first).days + 1
    spans: list[Span] = []
    for start, end in pairwise(cuts):
        if any(since <= start <= until for since, until in paused):
            kind = "paused"
        elif start > measured.today:
            kind = "left"
        else:
            kind = "used" if start <= measured.due_on else "overdue"
        share = (end - start).days / whole
        if spans and spans[-1].kind == kind:
            start, share = spans[-1].since, spans[-1].share + share
            spans.pop()
        label = SPAN_LABELS[kind]
        spans.append(Span(kind=kind, label=label, since=start, until=end - timedelta(days=1), share=share))
    return spans
