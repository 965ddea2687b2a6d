"""A month at a glance: its days, its hours, its time."""
