"""Throughput: both ends of speed tests over TCP, and the rule that turns arrivals into a rate."""
