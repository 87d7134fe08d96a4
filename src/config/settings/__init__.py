"""Settings: `base` for all, `production` for `make run` and deployments, `test` for the suite."""
