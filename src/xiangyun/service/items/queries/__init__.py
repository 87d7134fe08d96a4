"""Reads of the item library."""
