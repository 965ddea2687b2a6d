"""Judging many lines at once, beside two SQL engines on the same files."""
