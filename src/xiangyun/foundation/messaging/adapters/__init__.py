"""Ways out of the house: one file a system, each behind one small Protocol."""
