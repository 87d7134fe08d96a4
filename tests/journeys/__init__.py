"""Whole errands in a real browser against a whole system, started as a new user starts it."""
