"""Writes: taking files in, whole or in parts, and giving them up."""
