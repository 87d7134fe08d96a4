"""Starting, pausing, resuming, extending and stopping clocks.

The right to do so is checked by the operation of the domain that calls (a case is suspended, not a clock); who did it,
why, on what basis and with whose approval is written as an entry that the database refuses to change.
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError

from xiangyun.foundation.calendars.errors import BackdatedAct, ClockExists, ClockStopped, NotPaused, UnknownClock
from xiangyun.foundation.calendars.events import DueDayMoved
from xiangyun.foundation.calendars.models import Clock, ClockEntry
from xiangyun.foundation.calendars.queries.arithmetic import measure, state_of
from xiangyun.foundation.calendars.queries.clocks import ClockRef, load_tracks, make_ref, make_track
from xiangyun.foundation.calendars.queries.workdays import get_calendar
from xiangyun.foundation.events import api as events
from xiangyun.kit.actors import Actor
from xiangyun.kit.errors import ValidationError
from xiangyun.kit.rows import append_rows, insert_rows, list_rows, update_row
from xiangyun.kit.transactions import in_one_transaction

KIND_NAMES = {"legal": "法定时限", "promise": "承诺时限", "delivery": "送达时限"}
MAX_LIMIT = 3_650
MAX_MONTHS = 120
_BATCH = 1_000


@in_one_transaction
def start_clock(
    *,
    kind: str,
    unit: str,
    limit: int,
    subject_type: str,
    subject_id: int | str,
    region_path: str,
    at: datetime,
    actor: Actor,
    basis: str = "",
) -> ClockRef:
    """Start the clock of a kind for a subject; the day of `at` is day 0.

    Raises: ClockExists, ValidationError.
    """
    if unit not in Clock.Unit.values:
        raise ValidationError(f"时限单位“{unit}”不正确。", unit="应为 workday、day、month 或 hour")
    least = 1 if unit in (Clock.Unit.HOUR, Clock.Unit.MONTH) else 0
    most = MAX_MONTHS if unit == Clock.Unit.MONTH else MAX_LIMIT
    if not least <= limit <= most:
        raise ValidationError(f"时限{limit}不正确。", limit=f"应在{least}至{most}之间")
    clock = Clock(
        kind=kind,
        name=KIND_NAMES.get(kind, "办理时限"),
        unit=unit,
        limit=limit,
        subject_type=subject_type,
        subject_id=str(subject_id),
        region_path=region_path,
        basis=basis,
        started_at=at,
    )
    clock.due_on = measure(make_track(clock, []), at, get_calendar(region_path)).due_on
    entry = ClockEntry(
        clock=clock,
        act=ClockEntry.Act.START,
        at=at,
        basis=basis,
        actor_id=actor.user_id,
        actor_name=actor.name,
        due_on=clock.due_on,
    )
    try:
        insert_rows([clock])
    except IntegrityError as error:
        raise ClockExists(kind=kind, subject_type=subject_type, subject_id=str(subject_id)) from error
    append_rows([entry])
    return make_ref(clock)


@in_one_transaction
def pause_clock(
    *,
    clock_id: int,
    reason: str,
    at: datetime,
    actor: Actor,
    basis: str = "",
    document_no: str = "",
    approver: str = "",
) -> ClockRef:
    """Stop counting from the next day on; pauses for different reasons may overlap and count once.

    Raises: UnknownClock, ClockStopped, BackdatedAct, ValidationError.
    """
    if not reason.strip():
        raise ValidationError("请填写暂停计时的原因。", reason="不能为空")
    clock, entries = _lock(clock_id, at)
    return _record(
        clock,
        entries,
        ClockEntry.Act.PAUSE,
        actor=actor,
        at=at,
        reason=reason,
        basis=basis,
        document_no=document_no,
        approver=approver,
    )


@in_one_transaction
def resume_clock(*, clock_id: int, at: datetime, actor: Actor, reason: str | None = None) -> ClockRef:
    """Count again from the day of `at`: end the latest open pause, or the one for `reason` where several are open.

    Raises: UnknownClock, ClockStopped, NotPaused, BackdatedAct.
    """
    clock, entries = _lock(clock_id, at)
    ended = {entry.pause_id for entry in entries}
    pauses = [entry for entry in entries if entry.act == ClockEntry.Act.PAUSE and entry.id not in ended]
    if reason is not None:
        pauses = [entry for entry in pauses if entry.reason == reason]
    if not pauses:
        raise NotPaused(clock_id=clock_id)
    pause = pauses[-1]
    return _record(clock, entries, ClockEntry.Act.RESUME, actor=actor, at=at, pause=pause, reason=pause.reason)


@in_one_transaction
def extend_clock(
    *,
    clock_id: int,
    days: int,
    reason: str,
    at: datetime,
    actor: Actor,
    basis: str = "",
    document_no: str = "",
    approver: str = "",
) -> ClockRef:
    """Add `days` (of the unit the clock is counted in) to the limit; how often and how much the law allows is the caller's rule.

    Raises: UnknownClock, ClockStopped, BackdatedAct, ValidationError.
    """
    if not 0 < days <= MAX_LIMIT:
        raise ValidationError(f"延长{days}不正确。", days=f"应在1至{MAX_LIMIT}之间")
    clock, entries = _lock(clock_id, at)
    return _record(
        clock,
        entries,
        ClockEntry.Act.EXTEND,
        actor=actor,
        at=at,
        extra=days,
        reason=reason,
        basis=basis,
        document_no=document_no,
        approver=approver,
    )


@in_one_transaction
def stop_clocks(*, subject_type: str, subject_id: int | str, at: datetime, actor: Actor) -> list[ClockRef]:
    """End the count of all clocks of a subject for good; a pause still open lasts to the end. Stopped ones stay.

    Raises: BackdatedAct.
    """
    found = list_rows(Clock, lock=True, subject_type=subject_type, subject_id=str(subject_id))
    clocks = [clock for clock in found if clock.state != Clock.State.STOPPED]
    entries: dict[int, list[ClockEntry]] = {clock.pk: [] for clock in clocks}
    for entry in list_rows(ClockEntry, clock_id=list(entries)):
        entries[entry.clock_id].append(entry)
    refs = []
    for clock in clocks:
        _refuse_backdating(clock, entries[clock.pk], at)
        refs.append(_record(clock, entries[clock.pk], ClockEntry.Act.STOP, actor=actor, at=at))
    return refs


@in_one_transaction
def refresh_due_days(*, at: datetime) -> int:
    """Project the due days of all open clocks anew after the calendar has changed; tell those who keep a copy."""
    moved = 0
    open_clocks = Clock.objects.exclude(state=Clock.State.STOPPED).order_by("id")
    last_id = 0
    while batch := list(open_clocks.filter(id__gt=last_id).select_for_update(of=("self",))[:_BATCH]):
        last_id = batch[-1].id
        moved += _refresh(batch, at)
    return moved


def _refresh(clocks: list[Clock], at: datetime) -> int:
    changed: list[Clock] = []
    for clock, track in zip(clocks, load_tracks(clocks), strict=True):
        due_on = measure(track, track.latest_at, get_calendar(clock.region_path)).due_on
        if due_on != clock.due_on:
            clock.due_on = due_on
            changed.append(clock)
    Clock.objects.bulk_update(changed, ["due_on"])
    for clock in changed:
        events.publish(
            DueDayMoved(
                clock_id=clock.id,
                kind=clock.kind,
                subject_type=clock.subject_type,
                subject_id=clock.subject_id,
                due_on=clock.due_on,
                at=at,
            )
        )
    return len(changed)


def _lock(clock_id: int, at: datetime) -> tuple[Clock, list[ClockEntry]]:
    clock = Clock.objects.select_for_update().filter(id=clock_id).first()
    if clock is None:
        raise UnknownClock(clock_id=clock_id)
    if clock.state == Clock.State.STOPPED:
        raise ClockStopped(clock_id=clock_id)
    entries = list(ClockEntry.objects.filter(clock_id=clock_id).order_by("id"))
    _refuse_backdating(clock, entries, at)
    return clock, entries


def _refuse_backdating(clock: Clock, entries: list[ClockEntry], at: datetime) -> None:
    if at < max(entry.at for entry in entries):
        raise BackdatedAct(clock_id=clock.pk)


def _record(
    clock: Clock, entries: list[ClockEntry], act: ClockEntry.Act, *, actor: Actor, at: datetime, **facts: Any
) -> ClockRef:
    """Write the entry, and state and due day as they follow from it."""
    entry = ClockEntry(clock=clock, act=act, at=at, actor_id=actor.user_id, actor_name=actor.name, **facts)
    track = make_track(clock, [*entries, entry])
    clock.state = state_of(track)
    clock.due_on = entry.due_on = measure(track, at, get_calendar(clock.region_path)).due_on
    append_rows([entry])
    update_row(clock, ["state", "due_on"])
    return make_ref(clock)
