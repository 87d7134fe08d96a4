"""Acts of accounts: persons, officials, firms, mandates, subjects, sessions."""
