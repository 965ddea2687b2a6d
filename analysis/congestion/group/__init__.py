"""Congestion of many lines: which of a group are worse at the same times."""
