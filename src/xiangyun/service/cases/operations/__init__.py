"""The acts of casework, one file a noun."""
