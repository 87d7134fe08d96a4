"""Sending, dispatching by a channel, and marking as read."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import structlog
from django.utils import timezone

from xiangyun.foundation.accounts import api as accounts
from xiangyun.foundation.events import api as events
from xiangyun.foundation.messaging import queries
from xiangyun.foundation.messaging.adapters.email import mail_gateway
from xiangyun.foundation.messaging.adapters.sms import sms_gateway
from xiangyun.foundation.messaging.errors import ChannelRefused, ForeignLink, IncompleteContext
from xiangyun.foundation.messaging.events import DispatchQueued
from xiangyun.foundation.messaging.models import Dispatch, Message, Template
from xiangyun.kit.actors import Actor
from xiangyun.kit.privacy import mask
from xiangyun.kit.transactions import in_one_transaction
from xiangyun.kit.wording import chinese_day

log = structlog.get_logger(__name__)

# one slash, then no second one and no backslash: browsers read both as the start of a host
_LOCAL_PATH = re.compile(r"/(?![/\\])[^\\\s\x00-\x1f\x7f]*")


@in_one_transaction
def send_message(
    *,
    user_id: int,
    template: str,
    context: Mapping[str, object],
    at: datetime,
    link: str = "",
    channels: Sequence[str] | None = None,
) -> int:
    """Put a message into the account's centre and queue it for the template's other channels; return its id.

    Dates in `context` are written the Chinese way. `channels` narrows or widens what the template says.

    Raises: UnknownTemplate, IncompleteContext, ForeignLink.
    """
    if link and not _LOCAL_PATH.fullmatch(link):
        raise ForeignLink(link=link)
    text = queries.get_template(code=template)
    values = _spell_out(text, context)
    message = Message.objects.create(
        user_id=user_id,
        template=template,
        title=text.title.format_map(values)[:200],
        body=text.body.format_map(values),
        link=link,
        sent_at=at,
    )
    for channel in text.channels if channels is None else channels:
        dispatch = Dispatch.objects.create(message=message, channel=Dispatch.Channel(channel))
        events.publish(DispatchQueued(at=at, dispatch_id=dispatch.id))
    return message.id


def dispatch_message(*, dispatch_id: int, at: datetime) -> None:
    """Hand a queued message to its gateway; a refusal for good is logged, anything else is raised to be tried again.

    Raises: ChannelDown.
    """
    dispatch = Dispatch.objects.select_for_update(of=("self",)).select_related("message").get(id=dispatch_id)
    if dispatch.state != Dispatch.State.QUEUED:
        return
    profile = accounts.get_user_profile(user_id=dispatch.message.user_id)
    by_sms = dispatch.channel == Dispatch.Channel.SMS
    address = (profile.mobile if by_sms else profile.email) or ""
    dispatch.masked_address = mask("mobile" if by_sms else "email", address)
    dispatch.done_at = at
    if not address:
        dispatch.state = Dispatch.State.SKIPPED
    else:
        _hand_over(dispatch, address)
    dispatch.save(update_fields=["state", "masked_address", "receipt", "error", "done_at"])
    log.info("dispatched", dispatch=dispatch.id, channel=dispatch.channel, state=dispatch.state)


@in_one_transaction
def mark_read(*, actor: Actor, at: datetime, message_ids: Sequence[int] | None = None) -> int:
    """Mark the actor's own messages as read (all where no ids are given); return how many changed."""
    rows = queries.own_messages(actor).filter(read_at__isnull=True)
    if message_ids is not None:
        rows = rows.filter(id__in=message_ids)
    return rows.update(read_at=at)


def _hand_over(dispatch: Dispatch, address: str) -> None:
    try:
        if dispatch.channel == Dispatch.Channel.SMS:
            receipt = sms_gateway().send(mobile=address, text=dispatch.message.body)
        else:
            receipt = mail_gateway().send(address=address, subject=dispatch.message.title, text=dispatch.message.body)
        dispatch.state, dispatch.receipt = Dispatch.State.SENT, receipt[:100]
    except ChannelRefused as refusal:
        dispatch.state, dispatch.error = Dispatch.State.FAILED, str(refusal)[:300]


def _spell_out(template: Template, context: Mapping[str, object]) -> dict[str, str]:
    if missing := [name for name in template.fields if name not in context]:
        raise IncompleteContext(f"消息模板 {template.code} 缺少：{'、'.join(missing)}", missing=missing)
    return {name: _spell(context[name]) for name in template.fields}


def _spell(value: object) -> str:
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return chinese_day(value)
    return str(value)
