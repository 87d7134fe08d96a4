"""Acts made of acts: one transaction, no savepoint; all of it stands or none."""

import contextlib
from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from xiangyun.kit.transactions import execute_soon, in_one_transaction


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


@in_one_transaction
def _write(*names: str, marked: str = "", fails: bool = False) -> list[str]:
    for name in names:
        _put(name)
    if marked:
        with contextlib.suppress(LookupError), transaction.atomic():
            _put(marked)
            if fails:
                raise LookupError
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM said ORDER BY place")
        return [name for (name,) in cursor.fetchall()]


def _put(name: str) -> None:
    execute_soon("INSERT INTO said (name) VALUES (%s)", [name])


@pytest.fixture
def said(transactional_db: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE said (place serial, name text UNIQUE)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE said")


@pytest.mark.usefixtures("said")
def test_a_read_sees_what_was_to_be_written_soon_before_it_in_order():
    with CaptureQueriesContext(connection) as seen:
        assert _write("甲", "乙", "丙") == ["甲", "乙", "丙"]
    assert [query["sql"].split(" ")[0] for query in seen] == ["BEGIN", "INSERT", "INSERT", "INSERT", "SELECT", "COMMIT"]


@pytest.mark.usefixtures("said")
def test_what_was_written_soon_goes_and_stays_with_its_savepoint():
    assert _write("甲", marked="乙", fails=True) == ["甲"]
    assert _write("丙", marked="丁") == ["甲", "丙", "丁"]


@pytest.mark.usefixtures("said")
def test_nothing_is_left_of_an_act_that_failed_before_sending():
    @in_one_transaction
    def fail() -> None:
        _put("甲")
        raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert _write() == []


@pytest.mark.usefixtures("said")
def test_an_error_of_the_database_ends_the_act_as_its_own():
    @in_one_transaction
    def repeat() -> None:
        _put("甲")
        _put("甲")

    with pytest.raises(IntegrityError):
        repeat()
    _put("outside of an act at once")
    assert _write() == ["outside of an act at once"]
