"""Timers fire from the database: whatever fell due while nothing ran fires in the first round after the start."""

from django.utils import timezone
from procrastinate.contrib.django import app

from xiangyun.foundation.workflow.operations.waiting import run_due_timers


@app.periodic(cron="* * * * * */10")
@app.task(name="workflow.run_due_timers", queueing_lock="workflow.run_due_timers")
def fire_due_timers(timestamp: int) -> None:
    """Fire what is due; a full round is followed at once by the next."""
    while run_due_timers(at=timezone.now(), limit=200) == 200:
        pass
