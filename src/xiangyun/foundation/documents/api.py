"""Door of documents: issue, typeset, keep sealed papers, find them."""

from xiangyun.foundation.documents.operations.documents import create_document, store_sealed
from xiangyun.foundation.documents.queries.documents import (
    DocumentRef,
    find_by_key,
    get_document,
    get_document_data,
    get_signature,
    list_documents,
    read_pdf,
    render_pdf,
)
from xiangyun.foundation.documents.queries.typesetting import picture_svg, qr_svg, render_pages, render_template

__all__ = [
    "DocumentRef",
    "create_document",
    "find_by_key",
    "get_document",
    "get_document_data",
    "get_signature",
    "list_documents",
    "picture_svg",
    "qr_svg",
    "read_pdf",
    "render_pages",
    "render_pdf",
    "render_template",
    "store_sealed",
]
