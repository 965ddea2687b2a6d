"""A speed test now, watched as it goes."""
