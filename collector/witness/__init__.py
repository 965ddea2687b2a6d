"""The outside witness: asks for a line's address from this machine, where somebody has said that it may."""
