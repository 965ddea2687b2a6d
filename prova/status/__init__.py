"""How the measuring system itself is: its parts, and the service levels that it asks of itself."""
