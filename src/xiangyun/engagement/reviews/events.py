"""What happens to reviews, for those above: ids and plain values."""

from dataclasses import dataclass

from xiangyun.foundation.events.api import Event


@dataclass(frozen=True, kw_only=True)
class ReviewSubmitted(Event):
    """A person rated a service; grades 1 and 2 are bad reviews (差评), which the body must answer."""

    review_id: int
    case_id: int
    department_id: int
    grade: int
    is_anonymous: bool
