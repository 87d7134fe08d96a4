"""Reads of seals: `seals` rows and holders, `trust` for verification."""
