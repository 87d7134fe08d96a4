"""Refusals about divisions."""

from xiangyun.kit.errors import NotFound


class UnknownRegion(NotFound):
    """No current division has this code."""

    code = "regions.unknown"
    message = "没有这个行政区划，请重新选择所在地区。"
