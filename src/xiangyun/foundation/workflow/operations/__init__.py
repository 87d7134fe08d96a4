"""Writes: load, start, complete, message, timers, cancel, and the engine that moves tokens."""
