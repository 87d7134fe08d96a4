"""Loaders of themes and synonyms."""

from xiangyun.foundation.packs.api import PackFile, YamlMap
from xiangyun.service.items.models import Synonym, Theme


def load_themes(file: PackFile) -> int:
    """Write the themes of both audiences, in the file's order."""
    nodes = file.read_entries("themes")
    file.check_unique(nodes, "audience", "code")
    rows = [row for order, node in enumerate(nodes) if (row := _theme(file, order, node))]
    file.stop_on_errors()
    Theme.objects.all().delete()
    Theme.objects.bulk_create(rows)
    return len(rows)


def load_synonyms(file: PackFile) -> int:
    """Write the groups: what people say, and what the library calls it."""
    rows = []
    for node in file.read_entries("synonyms"):
        if file.check_keys(node, required=["words", "terms"]):
            if isinstance(node["words"], list) and isinstance(node["terms"], list):
                rows.append(Synonym(words=list(map(str, node["words"])), terms=list(map(str, node["terms"]))))
            else:
                file.error(node.line, "words 和 terms 应为列表")
    file.stop_on_errors()
    Synonym.objects.all().delete()
    Synonym.objects.bulk_create(rows)
    return len(rows)


def _theme(file: PackFile, order: int, node: YamlMap) -> Theme | None:
    if not file.check_keys(node, required=["audience", "code", "name", "icon"]):
        return None
    if node["audience"] not in Theme.Audience.values:
        file.error(node.line_of("audience"), f"对象“{node['audience']}”应为 {'、'.join(Theme.Audience.values)}")
    return Theme(audience=node["audience"], code=str(node["code"]), name=node["name"], icon=node["icon"], order=order)
