"""Housekeeping of certificates."""

from django.utils import timezone
from procrastinate.contrib.django import app

from xiangyun.service.certificates.operations.presenting import delete_stale_codes


@app.periodic(cron="17 19 * * *")  # 03:17 in Beijing: the job library reads the expression as UTC
@app.task(name="certificates.delete_stale_codes", queueing_lock="certificates.delete_stale_codes")
def remove_stale_codes(timestamp: int) -> None:
    """Remove yesterday's dynamic codes; the log of uses stays."""
    delete_stale_codes(at=timezone.now())
