"""附件: uploads known by their content, hashed with SM3, kept apart from what may be executed (security.md §8)."""
