"""Refusals of messaging."""

from xiangyun.kit.errors import DomainError, NotFound, ValidationError


class UnknownTemplate(NotFound):
    """No such template in the pack."""

    code = "messaging.unknown_template"
    message = "消息模板不存在，请检查内容包 messages.yaml。"


class IncompleteContext(DomainError):
    """The template names something the sender did not give."""

    code = "messaging.incomplete_context"
    message = "消息内容不完整，请核对内容包 messages.yaml 中的占位符。"
    status = 500


class ForeignLink(ValidationError):
    """Messages lead only to our own pages, or they would teach people to follow strange links."""

    code = "messaging.foreign_link"
    message = "消息中的链接只能指向本平台的页面。"


class ChannelDown(Exception):
    """The other side did not take the message this time: try again later."""


class ChannelRefused(Exception):
    """The other side will never take this message: give up."""
