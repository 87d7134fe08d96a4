"""Views of the interface itself."""
