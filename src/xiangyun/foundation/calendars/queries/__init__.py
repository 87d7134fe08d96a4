"""Reads: working days, and clocks computed from their entries."""
