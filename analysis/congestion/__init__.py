"""Congestion: hours in which a line, or many lines that share something, are slower than their own quiet hours."""
