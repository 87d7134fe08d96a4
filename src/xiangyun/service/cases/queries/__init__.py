"""Reads of casework, one file a noun."""
