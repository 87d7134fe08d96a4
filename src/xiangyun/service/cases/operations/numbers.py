"""Numbers of cases: the project number is fixed at receipt, the query code at submission; neither is used twice."""

from datetime import date, datetime

from django.db import connection
from django.utils import timezone

from xiangyun.service.cases.models import Serial


def next_serial(series: str) -> int:
    """Return the next number of a series; gapless within committed transactions.

    The row lock makes concurrent callers of one series wait for each other, and only them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Serial._meta.db_table} (series, last) VALUES (%s, 1) "  # noqa: S608
            f"ON CONFLICT (series) DO UPDATE SET last = {Serial._meta.db_table}.last + 1 RETURNING last",
            [series],
        )
        return int(cursor.fetchone()[0])


def project_no(task_code: str, at: datetime) -> str:
    """Return task code (31) + yyyyMMdd + serial of four digits, five past 9999 (办件编号)."""
    day = _day(at)
    return f"{task_code}{day:%Y%m%d}{next_serial(f'{task_code}:{day:%Y%m%d}'):04d}"


def query_code(at: datetime) -> str:
    """Return 22 + yyMMdd + six digits + check digit (查询码); Luhn catches a mistyped digit."""
    day = _day(at)
    body = f"22{day:%y%m%d}{next_serial(f'Q:{day:%Y%m%d}'):06d}"
    return body + luhn(body)


def luhn(digits: str) -> str:
    """Return the Luhn check digit of a string of digits."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()
