"""The line now, at a glance."""
