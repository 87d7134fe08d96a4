"""Writes: loading a pack."""
