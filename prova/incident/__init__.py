"""Incidents of the measuring system: written down, timed, told."""
