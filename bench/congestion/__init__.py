"""Congestion on lines of which the truth is known, beside published methods on the same lines; and how it grows."""
