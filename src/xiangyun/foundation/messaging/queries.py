"""Reads of the message centre and of its templates."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from xiangyun.foundation.messaging.errors import UnknownTemplate
from xiangyun.foundation.messaging.models import Message, Template
from xiangyun.foundation.packs import api as packs
from xiangyun.kit.actors import Actor

_templates: packs.ContentCache[str, Template | None] = packs.ContentCache()


@dataclass(frozen=True, kw_only=True)
class MessageView:
    """A message as its reader sees it; `body` is plain text."""

    id: int
    template: str
    title: str
    body: str
    link: str
    sent_at: datetime
    read_at: datetime | None


def list_messages(
    *, actor: Actor, unread_only: bool = False, before: int | None = None, limit: int = 20
) -> list[MessageView]:
    """List the actor's own messages, newest first; `before` is the last id of the page before."""
    rows = own_messages(actor).order_by("-id")
    if unread_only:
        rows = rows.filter(read_at__isnull=True)
    if before is not None:
        rows = rows.filter(id__lt=before)
    columns = ("id", "template", "title", "body", "link", "sent_at", "read_at")
    return [MessageView(**row) for row in rows.values(*columns)[:limit]]


def count_unread(*, actor: Actor) -> int:
    """Count the actor's unread messages."""
    return own_messages(actor).filter(read_at__isnull=True).count()


def own_messages(actor: Actor) -> QuerySet[Message]:
    """Return the rows of the actor's centre (for this app only); the system has none."""
    return Message.objects.filter(user_id=actor.user_id or 0)


def get_template(*, code: str) -> Template:
    """Return the template.

    Raises: UnknownTemplate.
    """
    template = _templates.get(code, lambda: Template.objects.filter(code=code, is_retired=False).first())
    if template is None:
        raise UnknownTemplate(template=code)
    return template
