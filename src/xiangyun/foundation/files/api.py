"""Door of files: take an upload, hand it out, give it up.

Who may see a file is known by the app whose record refers to it: its view checks, then uses `open_file`. An app that
keeps place and digest of its files in rows of its own uses `write_content` and `read_content`.
"""

from xiangyun.foundation.files.adapters.store import read_content, try_store, write_content
from xiangyun.foundation.files.operations.parts import store_upload
from xiangyun.foundation.files.operations.storing import MEGABYTE, discard_file, store_file
from xiangyun.foundation.files.queries.content import DEFAULT_KINDS
from xiangyun.foundation.files.queries.stored import FileRef, get_file, open_file

__all__ = [
    "DEFAULT_KINDS",
    "MEGABYTE",
    "FileRef",
    "discard_file",
    "get_file",
    "open_file",
    "read_content",
    "store_file",
    "store_upload",
    "try_store",
    "write_content",
]
