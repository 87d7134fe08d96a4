"""Reads of roles and grants."""
