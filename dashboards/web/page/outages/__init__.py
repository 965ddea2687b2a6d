"""Outages of a month, each with its evidence."""
