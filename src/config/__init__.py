"""Settings, start-up and the only place that names every app."""
