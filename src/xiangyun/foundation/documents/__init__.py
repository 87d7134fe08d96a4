"""文书: numbered official papers from templates of the pack, kept with their seal (GB/T 9704, 行政许可法 32)."""
