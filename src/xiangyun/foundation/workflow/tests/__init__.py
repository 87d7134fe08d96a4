"""Tests of the process engine."""
