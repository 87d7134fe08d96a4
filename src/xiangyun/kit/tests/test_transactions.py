"""Acts made of acts: one transaction, no savepoint; all of it stands or none."""

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from xiangyun.kit.transactions import in_one_transaction


@in_one_transaction
def _step(*, fails: bool = False) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if fails:
        raise LookupError


@in_one_transaction
def _whole(*, goes_on: bool = False) -> None:
    _step()
    try:
        _step(fails=goes_on)
    except LookupError:
        _step()


@pytest.mark.django_db(transaction=True)
def test_an_act_within_an_act_costs_no_savepoint():
    with CaptureQueriesContext(connection) as seen:
        _whole()
    assert [query["sql"] for query in seen] == ["BEGIN", "SELECT 1", "SELECT 1", "COMMIT"]


@pytest.mark.django_db(transaction=True)
def test_what_failed_inside_cannot_be_passed_over():
    with pytest.raises(TransactionManagementError):
        _whole(goes_on=True)
    assert not connection.in_atomic_block


@pytest.mark.django_db
def test_in_a_test_of_its_own_transaction_an_act_is_an_outermost_one():
    with pytest.raises(LookupError):
        _step(fails=True)
    _step()


@pytest.mark.django_db(transaction=True)
def test_a_marked_spot_can_be_gone_back_to():
    with transaction.atomic():
        with pytest.raises(LookupError), transaction.atomic():
            _step(fails=True)
        _step()
