"""The values other apps receive: a process, a work item, what a move brought about, a service call."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xiangyun.kit.actors import Actor


@dataclass(frozen=True, kw_only=True)
class DefinitionRef:
    """One version of a process."""

    id: int
    key: str
    version: int
    name: str


@dataclass(frozen=True, kw_only=True)
class ProcessRef:
    """A process and where it stands; `end_node_id` is empty while it runs."""

    id: int
    key: str
    version: int
    name: str
    subject_type: str
    subject_id: int
    state: str
    started_at: datetime
    ended_at: datetime | None
    end_node_id: str
    end_name: str
    variables: dict[str, Any]

    @property
    def is_running(self) -> bool:
        """Whether it can still move."""
        return self.state == "running"


@dataclass(frozen=True, kw_only=True)
class WorkItemRef:
    """A step that waits for a person, or was done by one; `outcomes` are (code, label) as the step offers them."""

    id: int
    process_id: int
    subject_type: str
    subject_id: int
    node_id: str
    name: str
    act: str
    role: str
    other_role: str
    assignee_id: int | None
    number: int
    element: Any
    state: str
    region_path: str
    department_path: str
    opened_at: datetime
    due_at: datetime | None
    outcomes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class MoveResult:
    """What one move brought about: the process after it and the work items it opened."""

    process: ProcessRef
    opened: tuple[WorkItemRef, ...]


@dataclass(frozen=True, kw_only=True)
class ServiceCall:
    """What a service task hands to its function; the returned mapping is merged into the variables."""

    process_id: int
    subject_type: str
    subject_id: int
    node_id: str
    variables: dict[str, Any]
    region_path: str
    department_path: str
    actor: Actor
    at: datetime
    subject: Any = None  # the locked row itself, where the caller held it


@dataclass(frozen=True, kw_only=True)
class ProcessEnd:
    """What a listener learns inside the transaction in which a process ends."""

    process_id: int
    key: str
    subject_type: str
    subject_id: int
    end_node_id: str
    end_name: str
    is_error: bool
    variables: dict[str, Any]
    actor: Actor
    at: datetime
    subject: Any = None  # the locked row itself, where the caller held it
