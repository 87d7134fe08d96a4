"""Monthly counts, raised in the transaction of what they count."""

from datetime import datetime

from django.utils import timezone

from xiangyun.engagement.reviews.models import DepartmentMonth
from xiangyun.kit.transactions import execute_soon

_COUNTS = ("invited", "answered", "lapsed", "stars_1", "stars_2", "stars_3", "stars_4", "stars_5")


def raise_counts(*columns: str, department_id: int, at: datetime) -> None:
    """Raise counts of the department's month by one each; the row is made with its first count."""
    table = DepartmentMonth._meta.db_table
    values = [int(name in columns) for name in _COUNTS]
    raised = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in columns)
    execute_soon(
        f"insert into {table} (department_id, month, {', '.join(_COUNTS)}) "  # noqa: S608
        f"values (%s, %s, {', '.join(['%s'] * len(_COUNTS))}) "
        f"on conflict (department_id, month) do update set {raised}",
        [department_id, timezone.localtime(at).date().replace(day=1), *values],
    )
