"""Many lines: where each hangs in the network, how their probes are, and what befell them together."""
