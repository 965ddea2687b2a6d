"""Reads other tools' logs."""
