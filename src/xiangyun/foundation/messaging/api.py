"""Door of messaging: send to an account, read one's own messages."""

from xiangyun.foundation.messaging.operations import mark_read, send_message
from xiangyun.foundation.messaging.queries import MessageView, count_unread, list_messages

__all__ = ["MessageView", "count_unread", "list_messages", "mark_read", "send_message"]
