"""Writes of forms: definitions and filled forms."""
