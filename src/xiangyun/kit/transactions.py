"""One act, one transaction, also where an act is made of others; what nobody reads back is sent to the database together."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from threading import local
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction

P = ParamSpec("P")
R = TypeVar("R")


class _Unsent(local):
    """The statements this thread's act has yet to send, in order; None outside of an act."""

    statements: list[tuple[str, Sequence[Any]]] | None = None


_unsent = _Unsent()


def in_one_transaction(operation: Callable[P, R]) -> Callable[P, R]:
    """Run an operation in one transaction: its own, or that of the operation which calls it.

    An inner act that fails fails the outer one as well, so it needs no savepoint; a caller that wants to go on after a
    refusal marks the spot with `transaction.atomic()`. Within a test's own transaction an act is an outermost one.
    """

    @wraps(operation)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        around = transaction.get_connection().atomic_blocks
        with transaction.atomic(savepoint=bool(around) and around[-1]._from_testcase), _gathering():
            return operation(*args, **kwargs)

    return run


def execute_soon(sql: str, values: Sequence[Any]) -> None:
    """Execute a statement whose result nobody reads: within an act together with the next one that is read, or at its end.

    The order of statements stays, so a read sees what was written before it; only an error shows later.
    """
    if _unsent.statements is None:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
    else:
        _unsent.statements.append((sql, values))


@contextmanager
def _gathering() -> Iterator[None]:
    if _unsent.statements is not None:
        yield
        return
    _unsent.statements = []
    try:
        with connection.execute_wrapper(_send_first):
            yield
            _send()
    finally:
        _unsent.statements = None


def _send_first(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    if _unsent.statements and sql.startswith("ROLLBACK TO"):
        # a savepoint was sent after all before it, so these belong to what is given up
        _unsent.statements.clear()
    _send()
    return execute(sql, params, many, context)


def _send() -> None:
    """Send what was gathered in one round trip."""
    statements = _unsent.statements
    if not statements:
        return
    _unsent.statements = []
    with connection.wrap_database_errors, connection.connection.pipeline(), connection.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(sql, values)
