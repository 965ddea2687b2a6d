"""One test, laid open."""
