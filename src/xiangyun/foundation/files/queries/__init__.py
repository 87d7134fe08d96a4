"""Reads: stored files, and what an upload's name and content really are."""
