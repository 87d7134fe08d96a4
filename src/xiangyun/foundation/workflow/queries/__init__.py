"""Reads: definitions, processes, work items, the process view."""
