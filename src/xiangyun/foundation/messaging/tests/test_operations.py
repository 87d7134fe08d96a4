"""Messages reach the centre always, other channels by template, and never lead or leak outside."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.core import mail

from xiangyun.foundation.events import api as events
from xiangyun.foundation.messaging import api, errors
from xiangyun.foundation.messaging.adapters.sms import HttpSms
from xiangyun.foundation.messaging.models import Dispatch, Message, Template
from xiangyun.foundation.messaging.packs import load_messages
from xiangyun.foundation.packs.api import PackFile, clear_content_caches
from xiangyun.foundation.packs.errors import FileStopped
from xiangyun.kit.actors import Actor
from xiangyun.kit.guomi import hmac_sm3

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MOBILE = "13900000001"


@pytest.fixture(autouse=True)
def _home(settings: LazySettings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    clear_content_caches()


@pytest.fixture
def actor(db: None) -> Actor:
    Template.objects.create(code="plain", title="关于{item}", body="{item}于{on}到期", fields=["item", "on"])
    Template.objects.create(code="loud", title="{item}", body="{item}", fields=["item"], channels=["sms", "email"])
    user = get_user_model().objects.create(username="a", real_name="甲", mobile=MOBILE, email="a@example.com")
    return Actor(user_id=user.id, name="甲")


def _send(actor: Actor, template: str = "plain", **options: object) -> int:
    context = {"item": "食品经营许可", "on": date(2026, 4, 1)}
    return api.send_message(user_id=actor.user_id, template=template, context=context, at=AT, **options)


def test_message_is_in_the_centre_until_read(actor: Actor) -> None:
    ids = [_send(actor, link="/cases/7/?tab=papers#top") for _ in range(3)]
    assert api.count_unread(actor=actor) == 3
    newest = api.list_messages(actor=actor, limit=1)[0]
    assert (newest.title, newest.body) == ("关于食品经营许可", "食品经营许可于2026年4月1日到期")
    assert (newest.link, newest.sent_at, newest.read_at) == ("/cases/7/?tab=papers#top", AT, None)
    assert [m.id for m in api.list_messages(actor=actor, before=ids[2])] == [ids[1], ids[0]]
    assert api.mark_read(actor=actor, message_ids=[ids[0]], at=AT) == 1
    assert [m.id for m in api.list_messages(actor=actor, unread_only=True)] == [ids[2], ids[1]]
    assert api.mark_read(actor=actor, at=AT) == 2
    assert api.count_unread(actor=actor) == 0


def test_messages_of_others_are_neither_seen_nor_marked(actor: Actor) -> None:
    message_id = _send(actor)
    other = Actor(user_id=actor.user_id + 1, name="乙")
    assert api.list_messages(actor=other) == []
    assert api.mark_read(actor=other, message_ids=[message_id], at=AT) == 0


@pytest.mark.parametrize(
    "link",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/a b", "/a\n", "cases/"],
)
def test_link_must_be_a_path_of_ours(actor: Actor, link: str) -> None:
    with pytest.raises(errors.ForeignLink):
        _send(actor, link=link)
    assert Message.objects.count() == 0


def test_unknown_template_and_missing_context_are_refused(actor: Actor) -> None:
    with pytest.raises(errors.UnknownTemplate):
        _send(actor, "nothing")
    with pytest.raises(errors.IncompleteContext, match="item"):
        api.send_message(user_id=actor.user_id, template="loud", context={}, at=AT)


def test_braces_in_values_stay_text(actor: Actor) -> None:
    api.send_message(user_id=actor.user_id, template="loud", context={"item": "{0.__class__}<b>"}, channels=[], at=AT)
    assert api.list_messages(actor=actor)[0].title == "{0.__class__}<b>"


def test_channels_go_to_the_outbox_file_and_the_log_is_masked(actor: Actor) -> None:
    _send(actor, "loud")
    assert set(Dispatch.objects.values_list("state", flat=True)) == {"queued"}
    assert events.run_pending(at=AT) == 2
    rows = Dispatch.objects.order_by("channel").values_list("channel", "state", "masked_address", "done_at")
    assert list(rows) == [("email", "sent", "a***@example.com", AT), ("sms", "sent", "139****0001", AT)]
    folder = Path(django_settings.HOME) / "outbox"
    assert json.loads((folder / "sms.jsonl").read_text()) == {"mobile": MOBILE, "text": "食品经营许可"}
    assert (folder / "sms.jsonl").stat().st_mode & 0o077 == 0
    assert json.loads((folder / "email.jsonl").read_text())["address"] == "a@example.com"


def test_account_without_address_is_skipped(actor: Actor) -> None:
    get_user_model().objects.update(email="", mobile=None)
    _send(actor, "loud")
    events.run_pending(at=AT)
    assert set(Dispatch.objects.values_list("state", flat=True)) == {"skipped"}


def test_mail_through_django(actor: Actor, settings: LazySettings) -> None:
    settings.XIANGYUN_EMAIL = "django"
    _send(actor, "loud", channels=["email"])
    events.run_pending(at=AT)
    assert (mail.outbox[0].to, mail.outbox[0].subject) == (["a@example.com"], "食品经营许可")


class _Gateway(HTTPServer):
    status = 200
    seen: list[tuple[dict[str, str], bytes]]


class _Answer(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(b'{"id": "r-1"}')

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def gateway(settings: LazySettings) -> Iterator[_Gateway]:
    server = _Gateway(("127.0.0.1", 0), _Answer)
    server.seen = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/send"
    settings.XIANGYUN_SMS = {"gateway": "http", "url": url, "key": "k", "secret": "s"}
    yield server
    server.shutdown()
    server.server_close()


def test_sms_gateway_gets_a_signed_request(actor: Actor, gateway: _Gateway) -> None:
    _send(actor, "loud", channels=["sms"])
    events.run_pending(at=AT)
    headers, body = gateway.seen[0]
    assert json.loads(body) == {"mobile": MOBILE, "text": "食品经营许可"}
    assert headers["X-Signature"] == hmac_sm3(b"s", body).hex()
    assert Dispatch.objects.values_list("state", "receipt").get() == ("sent", "r-1")


def test_sms_gateway_that_is_down_is_tried_again(actor: Actor, gateway: _Gateway) -> None:
    gateway.status = 503
    _send(actor, "loud", channels=["sms"])
    assert events.deliver_due(at=AT) == 0
    assert Dispatch.objects.get().state == "queued"
    gateway.status = 200
    events.deliver_due(at=AT + timedelta(minutes=2))
    assert Dispatch.objects.get().state == "sent"


def test_sms_gateway_that_refuses_is_given_up(actor: Actor, gateway: _Gateway) -> None:
    gateway.status = 400
    _send(actor, "loud", channels=["sms"])
    events.run_pending(at=AT)
    assert Dispatch.objects.values_list("state", "error").get() == ("failed", "短信网关拒绝，返回 400")


def test_sms_gateway_needs_tls() -> None:
    with pytest.raises(ValueError, match="https"):
        HttpSms("http://gateway.example/", "k", "s")


def _pack(tmp_path: Path, text: str) -> PackFile:
    (tmp_path / "messages.yaml").write_text(text)
    return PackFile(root=tmp_path, name="messages.yaml", at=AT)


@pytest.mark.django_db
def test_pack_of_jilin_loads_twice_the_same_and_retires_what_left() -> None:
    file = PackFile(root=django_settings.XIANGYUN_PACK, name="messages.yaml", at=AT)
    Template.objects.create(code="old", title="旧", body="旧")
    assert load_messages(file) == load_messages(file) == Template.objects.filter(is_retired=False).count()
    assert Template.objects.get(code="supplement_needed").fields == ["item", "missing", "number", "until"]
    assert Template.objects.get(code="old").is_retired


@pytest.mark.django_db
def test_pack_mistakes_are_named_with_line(tmp_path: Path) -> None:
    text = (
        "messages:\n- {code: a, title: 甲, body: '{x.y}'}\n- {code: b, title: '{', body: 乙}\n- {code: c, title: 丙}\n"
    )
    file = _pack(tmp_path, text + "- {code: d, title: 丁, body: 丁, channels: [鸽子]}\n")
    with pytest.raises(FileStopped):
        load_messages(file)
    assert [p.line for p in file.problems] == [2, 3, 4, 5]
    assert Template.objects.count() == 0
