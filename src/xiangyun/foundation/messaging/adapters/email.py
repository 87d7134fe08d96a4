"""E-mail: a file by default, or whatever Django's `EMAIL_*` settings name (SMTP).

Setting `XIANGYUN_EMAIL`: `"file"` or `"django"`.
"""

import smtplib
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage

from xiangyun.foundation.messaging.adapters import outbox
from xiangyun.foundation.messaging.errors import ChannelDown, ChannelRefused


class MailGateway(Protocol):
    """Takes one e-mail; returns a receipt."""

    def send(self, *, address: str, subject: str, text: str) -> str:
        """Send.

        Raises: ChannelDown (retry), ChannelRefused (give up).
        """


class FileMail:
    """Writes to the outbox folder."""

    def send(self, *, address: str, subject: str, text: str) -> str:
        """Append a line."""
        return outbox.append("email", {"address": address, "subject": subject, "text": text})


class DjangoMail:
    """Sends through Django's mail backend; its time-out is the setting EMAIL_TIMEOUT."""

    def send(self, *, address: str, subject: str, text: str) -> str:
        """Send one plain-text e-mail."""
        message = EmailMessage(subject=" ".join(subject.split()), body=text, to=[address])
        try:
            message.send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError) as error:
            raise ChannelRefused("收件地址被邮件服务器拒绝") from error
        except (OSError, smtplib.SMTPException) as error:
            raise ChannelDown(f"邮件服务器无法连接：{type(error).__name__}") from error
        return str(message.extra_headers.get("Message-ID", "sent"))


def mail_gateway() -> MailGateway:
    """Return the configured gateway."""
    return DjangoMail() if settings.XIANGYUN_EMAIL == "django" else FileMail()
