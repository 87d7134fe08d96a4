"""The one job of the outbox: queued in the publishing transaction, and every minute for what is retried or was left."""

from django.utils import timezone
from procrastinate.contrib.django import app

from xiangyun.foundation.events import api


@app.periodic(cron="* * * * *")
@app.task(name="events.sweep", queueing_lock="events.sweep")
def sweep(timestamp: int) -> None:
    """Deliver what is due: retries, and what a killed worker left behind."""
    api.deliver_due(at=timezone.now(), now=timezone.now)


@app.task(name="events.deliver_due")
def deliver_due() -> None:
    """Deliver what is due right after a commit."""
    api.deliver_due(at=timezone.now(), now=timezone.now)
