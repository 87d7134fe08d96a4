"""Publishing events, and delivering them to their receivers."""
