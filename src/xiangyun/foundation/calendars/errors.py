"""Refusals about clocks."""

from xiangyun.kit.errors import Conflict, NotFound


class UnknownClock(NotFound):
    """No such clock."""

    code = "calendars.unknown_clock"
    message = "没有找到该计时，请刷新页面后再试。"


class ClockExists(Conflict):
    """The subject already has a clock of this kind that has not stopped."""

    code = "calendars.clock_exists"
    message = "该事项已在计时，不能重复开始，请刷新页面查看。"


class ClockStopped(Conflict):
    """The clock has stopped: it takes no more entries."""

    code = "calendars.clock_stopped"
    message = "该计时已结束，不能再暂停、恢复或延长，请刷新页面查看结果。"


class NotPaused(Conflict):
    """There is no open pause to end."""

    code = "calendars.not_paused"
    message = "该计时没有在暂停，无需恢复。"


class BackdatedAct(Conflict):
    """An entry before the latest one: clocks never run backwards."""

    code = "calendars.backdated"
    message = "时间早于上一次计时记录，请核对后再操作。"
