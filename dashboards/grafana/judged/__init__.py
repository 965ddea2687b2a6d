"""Findings, outages, ledgers and promises as points of a time series."""
