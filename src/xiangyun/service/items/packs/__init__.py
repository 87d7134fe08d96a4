"""Loaders of the item library's pack files."""
