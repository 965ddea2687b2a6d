"""Vocabulary. The dossier: one period of one line, for people who decide, with the same figures in both languages."""
