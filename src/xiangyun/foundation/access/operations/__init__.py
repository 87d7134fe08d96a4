"""Acts of access: the catalogue of roles, and grants."""
