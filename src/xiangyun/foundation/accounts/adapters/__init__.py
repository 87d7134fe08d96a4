"""Outside systems of accounts: where real names are confirmed."""
