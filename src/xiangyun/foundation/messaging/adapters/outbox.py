"""The folder that stands for the outside where no gateway is configured: every message is a line in a file."""

import json
import os
from pathlib import Path

from django.conf import settings


def append(channel: str, entry: dict[str, str]) -> str:
    """Append the entry to `HOME/outbox/<channel>.jsonl`, readable by the owner only; return its place in the file."""
    folder = Path(settings.HOME) / "outbox"
    folder.mkdir(parents=True, exist_ok=True)
    line = json.dumps(entry, ensure_ascii=False) + "\n"
    handle = os.open(folder / f"{channel}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "ab") as file:
        file.write(line.encode())
        return f"{channel}:{file.tell()}"
