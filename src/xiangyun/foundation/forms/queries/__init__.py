"""Reads of forms: definitions, answers, rendering."""
