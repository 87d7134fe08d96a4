"""Rates by department and period, from the counts kept with each review (GB/T 39735)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from xiangyun.engagement.reviews.models import DepartmentMonth


@dataclass(frozen=True)
class Statistics:
    """Counts of a period and the rates made of them; a rate without a base is None."""

    invited: int
    answered: int
    lapsed: int
    stars: dict[int, int]

    @property
    def rated(self) -> int:
        """Reviews given by people."""
        return sum(self.stars.values())

    @property
    def bad(self) -> int:
        """差评数."""
        return self.stars[1] + self.stars[2]

    @property
    def good_rate(self) -> float | None:
        """好评率: five, four and three stars among those given by people; 默认评价 is no part of it."""
        return (self.rated - self.bad) / self.rated if self.rated else None

    @property
    def active_rate(self) -> float | None:
        """主动评价率: completed cases that people rated among those they were asked to rate."""
        return self.answered / self.invited if self.invited else None


def get_statistics(*, department_id: int | None = None, since: date, until: date) -> Statistics:
    """Return the counts of the months from `since` to `until`, of one department or of all."""
    rows = DepartmentMonth.objects.filter(month__gte=since.replace(day=1), month__lte=until)
    if department_id is not None:
        rows = rows.filter(department_id=department_id)
    columns = ["invited", "answered", "lapsed", *(f"stars_{grade}" for grade in range(1, 6))]
    sums = rows.aggregate(**{f"sum_{column}": Sum(column, default=0) for column in columns})
    return Statistics(
        invited=sums["sum_invited"],
        answered=sums["sum_answered"],
        lapsed=sums["sum_lapsed"],
        stars={grade: sums[f"sum_stars_{grade}"] for grade in range(1, 6)},
    )
