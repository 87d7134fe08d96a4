"""表单: JSON Schema 2020-12 definitions by version, their rendering without script, drafts and submitted answers."""
