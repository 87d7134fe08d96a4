"""Loading processes and decision tables: checked as a whole, stored as a new version, never changed."""

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from xiangyun.foundation.workflow.adapters.bpmn import read_graph
from xiangyun.foundation.workflow.adapters.checks import Known, check_graph
from xiangyun.foundation.workflow.adapters.graph import Graph
from xiangyun.foundation.workflow.adapters.layout import add_diagram
from xiangyun.foundation.workflow.errors import BpmnRefused
from xiangyun.foundation.workflow.models import Decision, ProcessDefinition
from xiangyun.foundation.workflow.queries import definitions
from xiangyun.foundation.workflow.queries.handlers import list_handlers
from xiangyun.foundation.workflow.queries.refs import DefinitionRef
from xiangyun.kit.expressions import DecisionTable
from xiangyun.kit.transactions import in_one_transaction


@in_one_transaction
def load_process(*, xml: str | bytes, source: str = "", siblings: Collection[str] = (), at: datetime) -> DefinitionRef:
    """Check a BPMN file and store it as the next version of its process; the same file again changes nothing.

    `siblings` are keys of processes about to be loaded with it, which it may already call. A file without a diagram
    gets one, so that every process can be shown.

    Raises: BpmnRefused with all problems.
    """
    graph = _read(xml, siblings)
    text = xml if isinstance(xml, str) else xml.decode("utf-8-sig")
    digest = hashlib.sha256(text.encode()).hexdigest()
    _take_turns(f"workflow.definition.{graph.key}")
    latest = ProcessDefinition.objects.filter(key=graph.key).order_by("-version").defer("xml").first()
    if latest is None or latest.digest != digest:
        latest = ProcessDefinition.objects.create(
            key=graph.key,
            version=latest.version + 1 if latest else 1,
            name=graph.name,
            xml=text if graph.has_diagram else add_diagram(text, graph),
            digest=digest,
            source=source,
            loaded_at=at,
        )
        transaction.on_commit(definitions.forget_latest)
        definitions.forget_latest()
    return DefinitionRef(id=latest.pk, key=latest.key, version=latest.version, name=latest.name)


@in_one_transaction
def load_decision(*, key: str, content: str | Mapping[str, Any], at: datetime) -> int:
    """Check a decision table and store it as the next version; return the version in force.

    Raises: ExpressionError.
    """
    table = DecisionTable.load(content, name=key)
    data = json.loads(content) if isinstance(content, str) else dict(content)
    digest = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
    _take_turns(f"workflow.decision.{key}")
    version, known = definitions.find_decision(key=key) or (0, "")
    if known != digest:
        version += 1
        row = Decision(key=key, version=version, name=table.name, content=data, digest=digest, loaded_at=at)
        row.save(force_insert=True)
    return version


def _read(xml: str | bytes, siblings: Collection[str]) -> Graph:
    graph, problems = read_graph(xml)
    if graph is not None:
        processes = {row.key for row in definitions.list_definitions()}
        known = Known(
            handlers=list_handlers(),
            decisions=definitions.list_decision_keys(),
            processes={*processes, *siblings, graph.key},
        )
        problems = [*problems, *check_graph(graph, known)]
    if graph is None or problems:
        raise BpmnRefused(sorted(problems, key=lambda problem: problem.line))
    return graph


def _take_turns(name: str) -> None:
    # two loads of one key must not both take the same next number
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
