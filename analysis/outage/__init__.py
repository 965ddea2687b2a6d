"""Outages of a line: found by a state machine, explained by the rungs between probe and internet."""
