"""Content kept in the memory of a process: it changes only when a pack is loaded, possibly by another process."""

import time
from collections.abc import Callable
from typing import Generic, TypeVar, cast

K = TypeVar("K")
V = TypeVar("V")

_caches: list["ContentCache"] = []
_MISSING = object()


class ContentCache(Generic[K, V]):
    """A mapping that forgets everything after `seconds`, and at once when this process loads a pack."""

    def __init__(self, *, seconds: float = 60.0, limit: int = 20_000) -> None:
        """Register for `clear_content_caches`; past `limit` entries it starts anew."""
        self._entries: dict[K, V] = {}
        self._seconds, self._limit = seconds, limit
        self._born = 0.0
        _caches.append(self)

    def get(self, key: K, read: Callable[[], V]) -> V:
        """Return the value of `key`, reading it where it is not known."""
        entries = self._current()
        found = entries.get(key, _MISSING)
        if found is _MISSING:
            found = entries[key] = read()
        return cast(V, found)

    def peek(self, key: K) -> V | None:
        """Return the value of `key` if it is known."""
        return self._current().get(key)

    def put(self, key: K, value: V) -> None:
        """Keep a value read together with others."""
        self._current()[key] = value

    def clear(self) -> None:
        """Forget everything."""
        self._entries = {}

    def _current(self) -> dict[K, V]:
        now = time.monotonic()
        if now - self._born > self._seconds or len(self._entries) > self._limit:
            self._entries, self._born = {}, now
        return self._entries


def clear_content_caches() -> None:
    """Forget all content in this process (after loading a pack, and between tests)."""
    for cache in _caches:
        cache.clear()
