"""Where people enter: pages that compose the rest and own no rules."""
