"""Refusals about data standards."""

from xiangyun.kit.errors import NotFound


class UnknownElement(NotFound):
    """No data element has this code."""

    code = "standards.unknown_element"
    message = "没有这个数据元，请核对数据元代码。"
