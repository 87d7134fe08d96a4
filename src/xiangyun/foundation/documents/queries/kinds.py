"""Kinds of papers: content, kept in the memory of the process."""

from xiangyun.foundation.documents.errors import UnknownKind
from xiangyun.foundation.documents.models import DocumentKind
from xiangyun.foundation.packs import api as packs

_kinds: packs.ContentCache[str, DocumentKind | None] = packs.ContentCache()


def get_kind(code: str) -> DocumentKind:
    """Return a kind in use.

    Raises: UnknownKind.
    """
    kind = _kinds.get(code, lambda: DocumentKind.objects.filter(code=code, is_retired=False).first())
    if kind is None:
        raise UnknownKind(kind=code)
    return kind
