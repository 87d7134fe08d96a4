"""Outside systems of files, each behind one small Protocol."""
