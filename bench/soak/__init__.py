"""A week of a fleet, compressed: real parts, an accelerated clock, faults at random moments, and a count at the end."""
