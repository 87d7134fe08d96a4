"""Outside judges: programs of others that read our contracts and files."""
