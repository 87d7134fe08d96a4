"""What every system stands on: identity, rights, audit, clocks, processes, forms, papers. No word of government services here."""
