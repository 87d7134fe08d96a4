"""What one page needs, put together from the doors of several apps."""
