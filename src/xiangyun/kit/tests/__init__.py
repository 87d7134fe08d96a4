"""Tests of the plain packages."""
