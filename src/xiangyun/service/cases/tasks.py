"""Background entries of casework."""

from django.utils import timezone
from procrastinate.contrib.django import app

from xiangyun.service.cases.operations import acceptance, completion


@app.periodic(cron="*/10 * * * *")
@app.task(name="cases.accept_unanswered", queueing_lock="cases.accept_unanswered", pass_context=False)
def accept_unanswered(timestamp: int) -> None:
    """Accept cases that got no notice in time."""
    acceptance.accept_unanswered_cases(at=timezone.now())


@app.periodic(cron="40 18 * * *")  # 02:40 in Beijing: the job library reads the expression as UTC
@app.task(name="cases.archive", queueing_lock="cases.archive", pass_context=False)
def archive(timestamp: int) -> None:
    """Archive cases ended long ago."""
    completion.archive_completed_cases(at=timezone.now())
