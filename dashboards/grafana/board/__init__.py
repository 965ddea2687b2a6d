"""One dashboard a module."""
