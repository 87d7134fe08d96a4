"""Pages of seals."""
