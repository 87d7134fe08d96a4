"""One act, one transaction, also where an act is made of others."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

P = ParamSpec("P")
R = TypeVar("R")


def in_one_transaction(operation: Callable[P, R]) -> Callable[P, R]:
    """Run an operation in one transaction: its own, or that of the operation which calls it.

    An inner act that fails fails the outer one as well, so it needs no savepoint; a caller that wants to go on after a
    refusal marks the spot with `transaction.atomic()`. Within a test's own transaction an act is an outermost one.
    """

    @wraps(operation)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        around = transaction.get_connection().atomic_blocks
        with transaction.atomic(savepoint=bool(around) and around[-1]._from_testcase):
            return operation(*args, **kwargs)

    return run
