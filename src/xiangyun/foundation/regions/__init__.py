"""行政区划: the province's divisions on five levels with their history (GB/T 2260, GB/T 10114)."""
