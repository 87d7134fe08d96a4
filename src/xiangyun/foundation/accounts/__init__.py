"""统一身份认证: one account for persons, firms (through persons with a mandate) and officials (GB 11643, GB 32100)."""
