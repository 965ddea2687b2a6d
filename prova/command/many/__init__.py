"""Commands about many lines at once."""
