"""The door of workflow: load, start, complete, message, cancel, look."""

from xiangyun.foundation.workflow.errors import BpmnRefused, Problem
from xiangyun.foundation.workflow.operations.definitions import load_decision, load_process
from xiangyun.foundation.workflow.operations.processes import cancel_process, send_message, start_process
from xiangyun.foundation.workflow.operations.waiting import run_due_timers
from xiangyun.foundation.workflow.operations.work_items import complete_open_work_item, complete_work_item
from xiangyun.foundation.workflow.queries.definitions import find_definition, get_definition, list_definitions
from xiangyun.foundation.workflow.queries.handlers import register_end_listener, register_handler
from xiangyun.foundation.workflow.queries.processes import get_process, list_processes
from xiangyun.foundation.workflow.queries.refs import (
    DefinitionRef,
    MoveResult,
    ProcessEnd,
    ProcessRef,
    ServiceCall,
    WorkItemRef,
)
from xiangyun.foundation.workflow.queries.views import ProcessView, StepView, get_process_view
from xiangyun.foundation.workflow.queries.work_items import (
    count_work_for,
    list_open_work_items,
    list_work_for,
)

__all__ = [
    "BpmnRefused", "DefinitionRef", "MoveResult", "Problem", "ProcessEnd", "ProcessRef", "ProcessView", "ServiceCall",
    "StepView", "WorkItemRef", "cancel_process", "complete_open_work_item", "complete_work_item", "count_work_for",
    "find_definition", "get_definition", "get_process", "get_process_view",
    "list_definitions", "list_open_work_items", "list_processes", "list_work_for",
    "load_decision", "load_process", "register_end_listener", "register_handler", "run_due_timers", "send_message",
    "start_process",
]  # fmt: skip
