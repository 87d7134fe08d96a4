"""Reads of definitions and decision tables; each version is parsed once in a process."""

from functools import lru_cache

from xiangyun.foundation.packs.api import ContentCache
from xiangyun.foundation.workflow.adapters.bpmn import read_graph
from xiangyun.foundation.workflow.adapters.graph import Graph
from xiangyun.foundation.workflow.errors import BpmnRefused, UnknownProcess
from xiangyun.foundation.workflow.models import Decision, ProcessDefinition
from xiangyun.foundation.workflow.queries.refs import DefinitionRef
from xiangyun.kit.expressions import DecisionTable, ExpressionError

_latest: ContentCache[str, DefinitionRef] = ContentCache()


def get_definition(*, key: str) -> DefinitionRef:
    """Return the newest version of a process; a version loaded elsewhere is seen within a minute.

    Raises: UnknownProcess.
    """
    return _latest.get(key, lambda: _read_latest(key))


def find_definition(*, key: str) -> DefinitionRef | None:
    """Return the newest version as it stands in the database, or None."""
    row = ProcessDefinition.objects.filter(key=key).order_by("-version").only("id", "key", "version", "name").first()
    return None if row is None else DefinitionRef(id=row.pk, key=row.key, version=row.version, name=row.name)


def list_definitions() -> list[DefinitionRef]:
    """Return the newest version of every process, by key."""
    rows = ProcessDefinition.objects.order_by("key", "-version").distinct("key").only("id", "key", "version", "name")
    return [DefinitionRef(id=row.pk, key=row.key, version=row.version, name=row.name) for row in rows]


def forget_latest() -> None:
    """Look the newest versions up again (one was just loaded)."""
    _latest.clear()


@lru_cache(maxsize=512)
def get_graph(definition_id: int) -> Graph:
    """Return the graph of one version; versions never change, so it is kept for the life of the process."""
    xml = ProcessDefinition.objects.values_list("xml", flat=True).get(pk=definition_id)
    graph, problems = read_graph(xml)
    if graph is None or problems:
        raise BpmnRefused(problems)
    return graph


@lru_cache(maxsize=512)
def get_definition_by_id(definition_id: int) -> DefinitionRef:
    """Return what is known of one version, kept for the life of the process."""
    row = ProcessDefinition.objects.only("id", "key", "version", "name").get(pk=definition_id)
    return DefinitionRef(id=row.pk, key=row.key, version=row.version, name=row.name)


@lru_cache(maxsize=512)
def _get_table(decision_id: int) -> DecisionTable:
    row = Decision.objects.get(pk=decision_id)
    return DecisionTable.load(row.content, name=row.name)


def get_decision(*, key: str) -> tuple[DecisionTable, int]:
    """Return the newest version of a decision table and its number: rules change without a new process version.

    Raises: ExpressionError.
    """
    found = Decision.objects.filter(key=key).order_by("-version").values_list("id", "version").first()
    if found is None:
        raise ExpressionError("没有载入", text=f"决策表 {key}")
    return _get_table(found[0]), found[1]


def list_decision_keys() -> set[str]:
    """Return the keys of all decision tables."""
    return set(Decision.objects.values_list("key", flat=True).distinct())


def find_decision(*, key: str) -> tuple[int, str] | None:
    """Return version and digest of the newest version of a decision table."""
    return Decision.objects.filter(key=key).order_by("-version").values_list("version", "digest").first()


def _read_latest(key: str) -> DefinitionRef:
    found = find_definition(key=key)
    if found is None:
        raise UnknownProcess(f"没有名为“{key}”的流程，请先载入流程文件。", key=key)
    return found
