"""What surrounds a test on this machine and beside it, one source a file."""
