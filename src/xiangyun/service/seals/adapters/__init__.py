"""Outside systems of seals: the device or software that holds keys."""
