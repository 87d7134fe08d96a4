"""The functions that upper apps register: handlers of service tasks by name, listeners of ends by subject type.

Registered in `AppConfig.ready`, so the lower layer calls up without importing up.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from xiangyun.foundation.workflow.errors import UnknownHandler
from xiangyun.foundation.workflow.queries.refs import ProcessEnd, ServiceCall

Function = Callable[[ServiceCall], Mapping[str, Any] | None]
Listener = Callable[[ProcessEnd], None]


@dataclass(frozen=True)
class Handler:
    """A registered function, and whether it runs inside the move or after the commit."""

    name: str
    function: Function
    is_inline: bool


_handlers: dict[str, Handler] = {}
_listeners: dict[str, list[Listener]] = {}


def register_handler(name: str, function: Function, *, inline: bool = False) -> None:
    """Let service tasks with `xy:handler=name` call the function.

    Inline: in the same transaction as the move, and its refusal refuses the move. Otherwise: by the outbox after the
    commit, retried, a dead letter after the last attempt. It must not act on the same process itself.

    Raises: ValueError where another function has the name.
    """
    known = _handlers.get(name)
    if known is not None and known.function is not function:
        raise ValueError(f"处理程序 {name} 重复登记")
    _handlers[name] = Handler(name, function, inline)


def register_end_listener(subject_type: str, listener: Listener) -> None:
    """Call the function in the transaction in which a process about such a subject ends, after its rows are written.

    A row that the caller did not hand over it locks without waiting: acts lock the subject before its process.
    """
    listeners = _listeners.setdefault(subject_type, [])
    if listener not in listeners:
        listeners.append(listener)


def get_handler(name: str) -> Handler:
    """Return a registered handler.

    Raises: UnknownHandler.
    """
    handler = _handlers.get(name)
    if handler is None:
        raise UnknownHandler(handler=name)
    return handler


def list_handlers() -> list[str]:
    """Return the registered names, sorted."""
    return sorted(_handlers)


def list_end_listeners(subject_type: str) -> list[Listener]:
    """Return the listeners of a subject type in the order of registration."""
    return list(_listeners.get(subject_type, []))
