"""The engine listens to itself: service tasks run after the commit of the move that reached them."""

from xiangyun.foundation.events import api as events
from xiangyun.foundation.workflow.events import ServiceTaskReached
from xiangyun.foundation.workflow.operations.waiting import run_service_task

events.subscribe(ServiceTaskReached, run_service_task, key="workflow.run_service_task")
