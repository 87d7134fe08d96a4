"""Loader of `messages.yaml`."""

import string

from xiangyun.foundation.messaging.models import Dispatch, Template
from xiangyun.foundation.packs.api import PackFile, YamlMap

_KEYS = ("code", "title", "body")


def load_messages(file: PackFile) -> int:
    """Write the templates; one that left the file is retired, not deleted: old messages name it."""
    nodes = file.read_entries("messages")
    file.check_unique(nodes, "code")
    rows = [row for node in nodes if (row := _read(file, node)) is not None]
    codes = [row.code for row in rows]
    file.stop_on_errors()
    Template.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["title", "body", "fields", "channels", "is_retired"],
    )
    Template.objects.exclude(code__in=codes).update(is_retired=True)
    return len(rows)


def _read(file: PackFile, node: YamlMap) -> Template | None:
    if not file.check_keys(node, required=_KEYS, optional=["channels"]):
        return None
    fields: set[str] = set()
    for key in ("title", "body"):
        fields |= _placeholders(file, node, key)
    channels = node.get("channels") or []
    for channel in channels:
        if channel not in Dispatch.Channel.values:
            file.error(node.line_of("channels"), f"未知的渠道“{channel}”，可用：{'、'.join(Dispatch.Channel.values)}")
    return Template(
        code=node["code"], title=node["title"], body=node["body"], fields=sorted(fields), channels=list(channels)
    )


def _placeholders(file: PackFile, node: YamlMap, key: str) -> set[str]:
    """Return the names in braces; anything but a plain name could reach into objects and is a mistake."""
    names: set[str] = set()
    try:
        for _, name, spec, conversion in string.Formatter().parse(str(node[key])):
            if name is None:
                continue
            if not name.isidentifier() or spec or conversion:
                file.error(node.line_of(key), f"占位符“{{{name}}}”只能是简单名称")
            names.add(name)
    except ValueError:
        file.error(node.line_of(key), "花括号不成对，文字中的花括号请写两次")
    return names
