"""What an event is, what it is called, and who listens: `Event`, `subscribe`, `receivers_of`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar

from pydantic import TypeAdapter


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact that happened: subclass it with ids and plain values (numbers, text, dates, lists), past tense."""

    at: datetime
    _event_name: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        """Derive the name once: it is asked for at every publish."""
        parts = cls.__module__.split(".")
        label = parts[2] if parts[0] == "xiangyun" and len(parts) > 2 else parts[0]
        cls._event_name = f"{label}.{re.sub(r'(?<!^)(?=[A-Z])', '_', cls.__name__).lower()}"

    @classmethod
    def event_name(cls) -> str:
        """Return `<app>.<snake_case_class>`, for example `cases.case_accepted`."""
        return cls._event_name


E = TypeVar("E", bound=Event, contravariant=True)


class Handler(Protocol[E]):
    """A receiver's function: runs in one transaction with the mark that it is done, so it may be retried."""

    def __call__(self, event: E, *, at: datetime) -> None:
        """React to the event at the moment `at`."""


_classes: dict[str, type[Event]] = {}
_adapters: dict[str, TypeAdapter[Any]] = {}
_receivers: dict[str, dict[str, Handler[Any]]] = {}


def _adapter_of(event_class: type[Event]) -> TypeAdapter[Any]:
    name = event_class.event_name()
    adapter = _adapters.get(name)
    if adapter is None:
        adapter = _adapters[name] = TypeAdapter(event_class)
    return adapter


def subscribe(event_class: type[E], handler: Handler[E], *, key: str) -> None:
    """Let `handler` receive every event of the class; `key` (`reviews.invite`) names it in the delivery rows for good.

    Raises: ValueError where another function took the key before.
    """
    name = event_class.event_name()
    taken = _receivers.setdefault(name, {})
    if key in taken and taken[key] is not handler:
        raise ValueError(f"事件 {name} 的接收者 {key} 重复登记")
    _classes[name] = event_class
    taken[key] = handler


def unsubscribe(event_class: type[Event], *, key: str) -> None:
    """Forget a receiver (tests and switched-off features)."""
    _receivers.get(event_class.event_name(), {}).pop(key, None)


def receivers_of(name: str) -> Mapping[str, Handler[Any]]:
    """Return the receivers of the event name, by key."""
    return _receivers.get(name, {})


def encode(event: Event) -> dict[str, Any]:
    """Return the event as JSON values; times keep their offset."""
    return _adapter_of(type(event)).dump_python(event, mode="json")


def decode(name: str, payload: dict[str, Any]) -> Event:
    """Build the event again; fields added to the class since must have defaults.

    Raises: KeyError for a name that nobody subscribed to.
    """
    event_class = _classes[name]
    return _adapter_of(event_class).validate_python(payload)
