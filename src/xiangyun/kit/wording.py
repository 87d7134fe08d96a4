"""How values are written on papers, certificates and in messages."""

from datetime import date


def chinese_day(day: date) -> str:
    """Write a date as papers do: `2026年11月20日`."""
    return f"{day.year}年{day.month}月{day.day}日"
