"""Faults injected into emulated households, and what the real sensors and the real judgement make of them."""
