"""Short messages: a file by default, the console, or a gateway over HTTPS.

Setting `XIANGYUN_SMS`: `{"gateway": "file" | "console" | "http", "url": …, "key": …, "secret": …}`.
"""

import json
import sys
import urllib.error
import urllib.request
from http import HTTPStatus
from typing import Protocol

from django.conf import settings

from xiangyun.foundation.messaging.adapters import outbox
from xiangyun.foundation.messaging.errors import ChannelDown, ChannelRefused
from xiangyun.kit.guomi import hmac_sm3

TIMEOUT_SECONDS = 10


class SmsGateway(Protocol):
    """Takes one short message; returns the gateway's receipt number."""

    def send(self, *, mobile: str, text: str) -> str:
        """Send.

        Raises: ChannelDown (retry), ChannelRefused (give up).
        """


class FileSms:
    """Writes to the outbox folder."""

    def send(self, *, mobile: str, text: str) -> str:
        """Append a line."""
        return outbox.append("sms", {"mobile": mobile, "text": text})


class ConsoleSms:
    """Shows the message on the terminal of the worker (development)."""

    def send(self, *, mobile: str, text: str) -> str:
        """Print."""
        sys.stderr.write(f"[短信] {mobile}：{text}\n")
        return "console"


class HttpSms:
    """Posts `{mobile, text}` as JSON, signed with HMAC-SM3 over the body; expects `{"id": …}`."""

    def __init__(self, url: str, key: str, secret: str) -> None:
        """Take the address and the credentials of the gateway's account."""
        if not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise ValueError("短信网关地址须以 https:// 开头")
        self._url, self._key, self._secret = url, key, secret

    def send(self, *, mobile: str, text: str) -> str:
        """Post once; time-outs, refused connections, 429 and 5xx are for a later try, other answers for none."""
        body = json.dumps({"mobile": mobile, "text": text}, ensure_ascii=False).encode()
        request = urllib.request.Request(  # noqa: S310  the scheme is checked above
            self._url,
            data=body,
            headers={
                "Content-Type": "application/json",
                "X-App-Key": self._key,
                "X-Signature": hmac_sm3(self._secret.encode(), body).hex(),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
                return str(json.loads(response.read(65536)).get("id", ""))
        except urllib.error.HTTPError as error:
            if error.code == HTTPStatus.TOO_MANY_REQUESTS or error.code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise ChannelDown(f"短信网关返回 {error.code}") from error
            raise ChannelRefused(f"短信网关拒绝，返回 {error.code}") from error
        except (OSError, ValueError) as error:
            raise ChannelDown(f"短信网关无法连接：{type(error).__name__}") from error


def sms_gateway() -> SmsGateway:
    """Return the configured gateway."""
    options: dict[str, str] = settings.XIANGYUN_SMS
    match options["gateway"]:
        case "http":
            return HttpSms(options["url"], options["key"], options["secret"])
        case "console":
            return ConsoleSms()
        case _:
            return FileSms()
