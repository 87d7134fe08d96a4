"""Reads: the files of a pack with their line numbers, who claims them, and what is loaded."""
