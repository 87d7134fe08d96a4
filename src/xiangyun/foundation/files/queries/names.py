"""Names that people gave to files, made safe to show, to save and to send back."""

import re
import unicodedata
from pathlib import PurePosixPath

MAX_NAME = 120
# control and format characters (C*): the bidirectional ones make "file.exe" look like "exe.pdf"
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn"}


def clean_name(raw: str) -> str:
    """Return the last path part without control, direction and reserved characters, at most 120 characters."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", raw))[-1]
    visible = "".join(char for char in last if unicodedata.category(char) not in _HIDDEN)
    name = re.sub(r'[<>:"|?*]', "_", visible).strip(". \t")
    if not name:
        return "未命名"
    suffix = extension_of(name)
    stem = name[: len(name) - len(suffix)] if suffix else name
    return stem[: MAX_NAME - len(suffix)].rstrip(". ") + suffix


def extension_of(name: str) -> str:
    """Return the extension with its dot, at most ten characters, or nothing."""
    suffix = PurePosixPath(name).suffix
    return suffix if 1 < len(suffix) <= 10 else ""
