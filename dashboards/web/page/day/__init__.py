"""One civil day."""
