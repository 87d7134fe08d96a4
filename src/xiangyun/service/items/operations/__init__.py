"""Writes of the item library."""
