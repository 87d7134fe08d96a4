"""What accounts do by themselves."""

from django.utils import timezone
from procrastinate.contrib.django import app

from xiangyun.foundation.accounts.operations.sessions import remove_ended_sessions


@app.periodic(cron="50 19 * * *")  # 03:50 in Beijing: the job library reads the expression as UTC
@app.task(name="accounts.remove_ended_sessions", queueing_lock="accounts.remove_ended_sessions")
def remove_sessions(timestamp: int) -> None:
    """Remove sessions that ended since yesterday."""
    remove_ended_sessions(at=timezone.now())
