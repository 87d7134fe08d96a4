"""The process view: the diagram, where the process stands, what happened when and by whom."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from xiangyun.foundation.workflow.adapters.graph import Graph
from xiangyun.foundation.workflow.errors import ProcessNotFound
from xiangyun.foundation.workflow.models import Process, ProcessDefinition, Step, Token, WorkItem
from xiangyun.foundation.workflow.queries.definitions import get_graph
from xiangyun.foundation.workflow.queries.processes import process_ref
from xiangyun.foundation.workflow.queries.refs import ProcessRef


@dataclass(frozen=True, kw_only=True)
class StepView:
    """A step as the reader of a file wants it: what, who, when, how long, with what result."""

    node_id: str
    name: str
    actor_name: str
    outcome: str
    outcome_label: str
    opinion: str
    state: str
    state_label: str
    started_at: datetime
    ended_at: datetime | None
    due_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it still waits."""
        return self.ended_at is None

    def spent(self, at: datetime) -> timedelta:
        """Return how long it took, or has taken by now."""
        return (self.ended_at or at) - self.started_at

    @property
    def mark(self) -> str:
        """What stands beside the node in the drawing."""
        return f"已等待{self.spent_label}" if self.is_open else f"{self.actor_name} {self.spent_label}".strip()

    @property
    def is_late(self) -> bool:
        """Whether the step's own limit has passed."""
        return self.due_at is not None and (self.ended_at or timezone.now()) > self.due_at

    @property
    def spent_label(self) -> str:
        """How long, in words."""
        minutes = int(self.spent(timezone.now()).total_seconds() // 60)
        days, hours = divmod(minutes // 60, 24)
        if days:
            return f"{days}天{hours}小时" if hours else f"{days}天"
        if hours:
            return f"{hours}小时{minutes % 60}分"
        return f"{minutes}分" if minutes else "不到1分"


@dataclass(frozen=True, kw_only=True)
class ProcessView:
    """Everything the page shows about one process; `called` are those it called, with views of their own."""

    process: ProcessRef
    xml: str
    tokens: tuple[str, ...]
    steps: tuple[StepView, ...]
    called: tuple[ProcessRef, ...]
    region_path: str
    department_path: str

    def as_data(self) -> dict[str, object]:
        """Return what the drawing script needs, as plain JSON values."""
        # the last visit of a node is the one to show; a cancelled item beside a done one says nothing
        marks = {step.node_id: step for step in self.steps if step.state != WorkItem.State.CANCELLED}
        shown = [{"node": node, "state": step.state, "label": step.mark} for node, step in marks.items()]
        return {"xml": self.xml, "tokens": sorted(set(self.tokens)), "marks": shown}


def get_process_view(*, process_id: int) -> ProcessView:
    """Return the view of a process in a fixed number of queries.

    Raises: ProcessNotFound.
    """
    process = Process.objects.filter(pk=process_id).first()
    if process is None:
        raise ProcessNotFound(process_id=process_id)
    graph = get_graph(process.definition_id)
    tokens = Token.objects.filter(process=process, state=Token.State.LIVE).order_by("id")
    steps = [_of_item(item, graph) for item in WorkItem.objects.filter(process=process).order_by("id")]
    steps += [_of_step(step, graph) for step in Step.objects.filter(process=process).order_by("id")]
    called = Process.objects.filter(parent_token__process=process)
    return ProcessView(
        process=process_ref(process),
        xml=ProcessDefinition.objects.values_list("xml", flat=True).get(pk=process.definition_id),
        tokens=tuple(tokens.values_list("node_id", flat=True)),
        steps=tuple(sorted(steps, key=lambda step: (step.started_at, step.ended_at or timezone.now()))),
        called=tuple(process_ref(row) for row in called.order_by("id")),
        region_path=process.region_path,
        department_path=process.department_path,
    )


def _of_item(item: WorkItem, graph: Graph) -> StepView:
    return StepView(
        node_id=item.node_id,
        name=item.name,
        actor_name=item.closed_by_name,
        outcome=item.outcome,
        outcome_label=graph.nodes[item.node_id].label_of(item.outcome),
        opinion=item.opinion,
        state=item.state,
        state_label=item.get_state_display(),
        started_at=item.opened_at,
        ended_at=item.closed_at,
        due_at=item.due_at,
    )


def _of_step(step: Step, graph: Graph) -> StepView:
    node = graph.nodes[step.node_id]
    reached = graph.nodes.get(step.outcome)
    return StepView(
        node_id=step.node_id,
        name=node.name or step.node_id,
        actor_name="系统",
        outcome=step.outcome,
        outcome_label=reached.name if reached else "",
        opinion="",
        state=WorkItem.State.DONE,
        state_label="已完成",
        started_at=step.started_at,
        ended_at=step.ended_at,
        due_at=None,
    )
