"""Loading the processes of a content pack."""

from lxml import etree

from xiangyun.foundation.packs.api import PackFile
from xiangyun.foundation.workflow.adapters.bpmn import parse_xml
from xiangyun.foundation.workflow.adapters.reading import BPMN
from xiangyun.foundation.workflow.errors import BpmnRefused
from xiangyun.foundation.workflow.operations.definitions import load_decision, load_process
from xiangyun.kit.expressions import ExpressionError


def load_process_file(file: PackFile) -> int:
    """Load one BPMN file; its problems become the file's, line by line."""
    siblings = {key for path in file.path.parent.glob("*.bpmn") for key in _keys_of(path.read_bytes())}
    try:
        load_process(xml=file.text, source=file.name, siblings=siblings, at=file.at)
    except BpmnRefused as refusal:
        for problem in refusal.problems:
            label = f"{problem.element_id}“{problem.name}”：" if problem.element_id else ""
            file.error(problem.line, f"{label}{problem.reason}")
        return 0
    return 1


def load_decision_file(file: PackFile) -> int:
    """Load one decision table; its key is the file's name."""
    try:
        load_decision(key=file.path.stem, content=file.text, at=file.at)
    except ExpressionError as error:
        file.error(1, error.text)
        return 0
    return 1


def _keys_of(data: bytes) -> list[str]:
    try:
        root: etree._Element = parse_xml(data)
    except BpmnRefused:  # reported when it is that file's turn
        return []
    return [process.get("id") or "" for process in root.findall(f"{{{BPMN}}}process")]
