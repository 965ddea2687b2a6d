"""The rungs between probe and internet: what was seen of each during one outage."""
