"""Vocabulary. The evidence bundle: one file from which anyone can check and recompute every finding, offline."""
