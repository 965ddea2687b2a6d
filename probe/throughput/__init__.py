"""Throughput: both ends of an ndt7 speed test, and the rule that turns arrivals into a rate."""
