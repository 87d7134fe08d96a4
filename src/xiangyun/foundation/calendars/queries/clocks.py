"""Clocks from their rows: two queries, however many are read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from xiangyun.foundation.calendars.errors import UnknownClock
from xiangyun.foundation.calendars.models import Clock, ClockEntry
from xiangyun.foundation.calendars.queries.arithmetic import Extension, Pause, Track, days_of_months, local_day
from xiangyun.foundation.calendars.queries.readings import ClockReading, make_reading
from xiangyun.foundation.calendars.queries.workdays import get_calendar

SubjectId = TypeVar("SubjectId", int, str)


@dataclass(frozen=True, kw_only=True)
class ClockRef:
    """A clock without its reading; `due_on` is the day as of its latest entry."""

    id: int
    kind: str
    name: str
    unit: str
    limit: int
    subject_type: str
    subject_id: str
    state: str
    started_on: date
    due_on: date


def list_clocks(*, subject_type: str, subject_id: int | str) -> list[ClockRef]:
    """Return the clocks of a subject, stopped ones too, in the order in which they were started."""
    rows = Clock.objects.filter(subject_type=subject_type, subject_id=str(subject_id)).order_by("id")
    return [make_ref(clock) for clock in rows]


def read_clock(*, clock_id: int, at: datetime) -> ClockReading:
    """Return what the clock says at a moment, also one of the past.

    Raises: UnknownClock.
    """
    clock = Clock.objects.filter(id=clock_id).first()
    if clock is None:
        raise UnknownClock(clock_id=clock_id)
    return _read([clock], at)[0]


def read_clocks_for(
    *, subject_type: str, subject_ids: Iterable[SubjectId], at: datetime
) -> dict[SubjectId, list[ClockReading]]:
    """Return the readings of many subjects in two queries; subjects without a clock are left out."""
    by_text = {str(subject_id): subject_id for subject_id in subject_ids}
    clocks = list(Clock.objects.filter(subject_type=subject_type, subject_id__in=by_text).order_by("id"))
    found: dict[SubjectId, list[ClockReading]] = {}
    for clock, reading in zip(clocks, _read(clocks, at), strict=True):
        found.setdefault(by_text[clock.subject_id], []).append(reading)
    return found


def make_ref(clock: Clock) -> ClockRef:
    """Copy a row into a value."""
    return ClockRef(
        id=clock.id,
        kind=clock.kind,
        name=clock.name,
        unit=clock.unit,
        limit=clock.limit,
        subject_type=clock.subject_type,
        subject_id=clock.subject_id,
        state=clock.state,
        started_on=local_day(clock.started_at),
        due_on=clock.due_on,
    )


def load_tracks(clocks: Sequence[Clock]) -> list[Track]:
    """Return the tracks of clocks with one query for all their entries."""
    entries: dict[int, list[ClockEntry]] = {clock.id: [] for clock in clocks}
    for entry in ClockEntry.objects.filter(clock_id__in=entries).order_by("id"):
        entries[entry.clock_id].append(entry)
    return [make_track(clock, entries[clock.id]) for clock in clocks]


def make_track(clock: Clock, entries: Iterable[ClockEntry]) -> Track:
    """Fold the entries of a clock into pauses, extensions and its end."""
    pauses: dict[int, Pause] = {}
    extensions: list[Extension] = []
    stopped_at: datetime | None = None
    for entry in entries:
        if entry.act == ClockEntry.Act.PAUSE:
            pauses[entry.id] = _pause(entry)
        elif entry.act == ClockEntry.Act.RESUME and entry.pause_id is not None:
            pauses[entry.pause_id] = replace(pauses[entry.pause_id], until=entry.at)
        elif entry.act == ClockEntry.Act.EXTEND:
            extensions.append(_extension(entry))
        elif entry.act == ClockEntry.Act.STOP:
            stopped_at = entry.at
    unit, limit = clock.unit, clock.limit
    if unit == Clock.Unit.MONTH:
        unit, limit = Clock.Unit.DAY, days_of_months(local_day(clock.started_at), limit)
    return Track(
        unit=unit,
        limit=limit,
        started_at=clock.started_at,
        stopped_at=stopped_at,
        pauses=tuple(pauses.values()),
        extensions=tuple(extensions),
    )


def _read(clocks: Sequence[Clock], at: datetime) -> list[ClockReading]:
    tracks = load_tracks(clocks) if clocks else []
    return [
        make_reading(clock, track, at, get_calendar(clock.region_path))
        for clock, track in zip(clocks, tracks, strict=True)
    ]


def _pause(entry: ClockEntry) -> Pause:
    return Pause(
        since=entry.at,
        until=None,
        reason=entry.reason,
        basis=entry.basis,
        document_no=entry.document_no,
        approver=entry.approver,
    )


def _extension(entry: ClockEntry) -> Extension:
    return Extension(
        at=entry.at,
        extra=entry.extra,
        reason=entry.reason,
        basis=entry.basis,
        document_no=entry.document_no,
        approver=entry.approver,
    )
