"""Loaders used by the tests of the pack framework itself."""

from django.contrib.contenttypes.models import ContentType

from xiangyun.foundation.packs.api import PackFile
from xiangyun.kit.errors import Conflict


def load_words(file: PackFile) -> int:
    """Write a content type a row: a table that exists everywhere and refuses duplicates."""
    rows = file.read_csv(columns=["app", "model"])
    for row in rows:
        if not row["model"].isascii():
            file.error(row.line, f"“{row['model']}”不是英文")
    for row in rows:
        ContentType.objects.update_or_create(app_label=row["app"], model=row["model"])
    return len(rows)


def load_notes(file: PackFile) -> int:
    """Refer to the words of the file before; `clash: true` is refused by a rule, `twice` by the database."""
    entries = file.read_entries("notes")
    file.check_unique(entries, "word")
    for entry in entries:
        file.check_keys(entry, required=["word"], optional=["clash", "twice"])
        with file.line(entry.line):
            if entry.get("clash"):
                raise Conflict("已有同名的注释。", word="重名")
        if not ContentType.objects.filter(app_label="words", model=entry.get("word")).exists():
            file.error(entry.line_of("word"), f"没有“{entry.get('word')}”这个词")
        if entry.get("twice"):
            ContentType.objects.create(app_label="words", model=entry["word"])
    return len(entries)
