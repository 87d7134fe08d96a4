"""What is done by itself: uploads that nobody finished are forgotten."""

from django.utils import timezone
from procrastinate.contrib.django import app

from xiangyun.foundation.files.operations.parts import discard_stale_uploads


@app.periodic(cron="17 * * * *")
@app.task(name="files.discard_stale_uploads", queueing_lock="files.discard_stale_uploads")
def discard(timestamp: int) -> None:
    """Forget what has waited for more than a day."""
    discard_stale_uploads(at=timezone.now())
