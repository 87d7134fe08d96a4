"""jishiban 吉事办: the citizen's and the enterprise's hall, composes the lower apps, owns no rules."""
