"""Loader of `papers.yaml` and `papers/*.typ`: kinds, words, and every template tried on a sample before it is kept."""

import re
from typing import Any

from xiangyun.foundation.documents.errors import BadTemplate
from xiangyun.foundation.documents.models import DepartmentWord, DocumentKind, PaperTemplate
from xiangyun.foundation.documents.queries.typesetting import qr_svg, render_template
from xiangyun.foundation.packs.api import PackFile, YamlMap, plain
from xiangyun.kit.guomi import sm3

COMMON = "papers/common.typ"
_REQUIRED = ("code", "name", "word", "template", "required")
_OPTIONAL = ("is_numbered", "is_sealed")
_LINE = re.compile(r"\.typ:(\d+):")


def load_papers(file: PackFile) -> int:
    """Write kinds, words and new versions of templates; a kind that left the file is retired: papers refer to it."""
    document = file.read_mapping(required=["kinds"], optional=["words", "sample"])
    nodes = [
        node
        for node in file.entries_of(document, "kinds")
        if file.check_keys(node, required=_REQUIRED, optional=_OPTIONAL)
    ]
    _check_unique(file, nodes)
    words = _read_words(file, document)
    common = file.sibling(COMMON).text
    texts = {node["code"]: _read_template(file, node, common, plain(document.get("sample") or {})) for node in nodes}
    file.stop_on_errors()
    for node in nodes:
        text = texts[node["code"]]
        template, _ = PaperTemplate.objects.get_or_create(
            name=node["template"], digest=sm3(text.encode()).hex(), defaults={"text": text}
        )
        DocumentKind.objects.update_or_create(
            code=node["code"],
            defaults={
                "name": node["name"],
                "word": node["word"],
                "template": template,
                "is_numbered": node.get("is_numbered", True),
                "is_sealed": node.get("is_sealed", True),
                "required": plain(node["required"]),
                "is_retired": False,
            },
        )
    DocumentKind.objects.exclude(code__in=[node["code"] for node in nodes]).update(is_retired=True)
    DepartmentWord.objects.all().delete()
    DepartmentWord.objects.bulk_create(words)
    return len(nodes) + len(words)


def _check_unique(file: PackFile, nodes: list[YamlMap]) -> None:
    for key, name in (("code", "代码"), ("word", "文书代字")):
        seen: set[str] = set()
        for node in nodes:
            if node[key] in seen:
                file.error(node.line_of(key), f"{name}“{node[key]}”重复，文号将不能区分种类")
            seen.add(node[key])


def _read_words(file: PackFile, document: YamlMap) -> list[DepartmentWord]:
    words = document.get("words") or YamlMap(1)
    scopes = {
        "regions": DepartmentWord.Scope.REGION,
        "provincial": DepartmentWord.Scope.PROVINCIAL,
        "local": DepartmentWord.Scope.LOCAL,
    }
    found: list[DepartmentWord] = []
    for name, entries in words.items():
        if name not in scopes or not isinstance(entries, YamlMap):
            file.error(words.line_of(name), f"words 中只能有 {'、'.join(scopes)}，各为键值")
            continue
        found += [DepartmentWord(scope=scopes[name], key=key, word=str(word)) for key, word in entries.items()]
    return found


def _read_template(file: PackFile, node: YamlMap, common: str, sample: dict[str, Any]) -> str:
    source = file.sibling(f"papers/{node['template']}.typ")
    if not source.exists():
        file.error(node.line_of("template"), f"没有模板文件 {source.name}")
        return ""
    if not source.text.strip():
        source.error(1, "模板是空的")
    for name in node["required"]:
        if name not in sample:
            file.error(node.line_of("required"), f"sample 中没有 {name}，无法试排版")
    text = common.rstrip("\n") + "\n" + source.text
    paper = {
        "title": node["name"],
        "number": f"（长市监）{node['word']}字〔2026〕第000001号",
        "subject": "试排版",
        "department": "长春市市场监督管理局",
        "on": "2026年11月20日",
        "qr": qr_svg(text="https://example.cn/"),
        "verify_code": "0000-0000-0000-0000",
        "seal": None,
        "mark": None,
    }
    try:
        render_template(template=text, data={"paper": paper, "data": sample})
    except BadTemplate as error:
        _tell(source, file.sibling(COMMON), common.count("\n"), str(error.details["reason"]))
    return text


def _tell(source: PackFile, common: PackFile, common_lines: int, reason: str) -> None:
    match = _LINE.search(reason)
    line = int(match[1]) if match else 0
    first = reason.splitlines()[0]
    if line > common_lines:
        source.error(line - common_lines, f"排版失败：{first}")
    else:
        common.error(line, f"排版失败：{first}")
