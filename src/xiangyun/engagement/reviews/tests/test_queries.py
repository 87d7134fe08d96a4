"""Reasons, and lists with a constant number of queries."""

from typing import Any

import pytest

from xiangyun.engagement.reviews import api as reviews
from xiangyun.engagement.reviews.tests.factories import AT, make_case, make_citizen, make_reasons
from xiangyun.engagement.reviews.tests.test_operations import invite, rate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _reasons() -> None:
    make_reasons()


def test_list_reasons_by_grade() -> None:
    assert [len(reviews.list_reasons(grade=grade)) for grade in (5, 4, 3, 2, 1)] == [8, 8, 8, 8, 8]
    assert reviews.list_reasons(grade=2)[0] == ("207", "没有提供材料样本")
    assert [name for _, name in reviews.list_grades()] == ["非常满意", "满意", "基本满意", "不满意", "非常不满意"]


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_need_one_query(rows: int, django_assert_num_queries: Any) -> None:
    user, actor = make_citizen()
    cases = [make_case(user=user) for _ in range(rows)]
    for case in cases:
        invite(case)
        invite(case, "acceptance")
        rate(actor, case)
    reviews.list_my_reviews(actor=actor)
    with django_assert_num_queries(2):
        assert len(reviews.list_my_reviews(actor=actor)) == rows
        assert len(reviews.list_open_invitations(actor=actor, at=AT)) == rows


def test_list_my_reviews_pages() -> None:
    user, actor = make_citizen()
    for _ in range(3):
        case = make_case(user=user)
        invite(case)
        rate(actor, case)
    first = reviews.list_my_reviews(actor=actor, limit=2)
    rest = reviews.list_my_reviews(actor=actor, limit=2, after=first[-1].id)
    assert [len(first), len(rest)] == [2, 1]
    assert first[-1].id > rest[0].id
