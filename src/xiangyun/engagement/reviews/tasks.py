"""Background entries of reviews."""

from django.utils import timezone
from procrastinate.contrib.django import app

from xiangyun.engagement.reviews.operations.invitations import lapse_invitations


@app.periodic(cron="20 16 * * *")  # 00:20 in Beijing: the job library reads the expression as UTC
@app.task(name="reviews.lapse_invitations", queueing_lock="reviews.lapse_invitations")
def lapse_due_invitations(timestamp: int) -> None:
    """Give 默认评价 where nobody rated within fifteen days."""
    while lapse_invitations(at=timezone.now()):
        pass
