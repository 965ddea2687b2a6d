"""Every test of a month."""
